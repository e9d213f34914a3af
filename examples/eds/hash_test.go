package main

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

const sha256OfABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" // FIPS 180-4 example

func TestHash(t *testing.T) {
	o := runIn(t, world{stdin: "abc"}, "hash", "--alg", "sha-256", "--json", "-")
	require.Equal(t, statusGood, o.status)
	require.Equal(t, `{"schema":1,"file":"-","digest":"`+sha256OfABC+`"}`+"\n", o.stdout)
	require.Empty(t, o.stderr)

	path := file(t, sampleIIN+".txt", []byte("abc"))
	o = run(t, "hash", "--alg", "sha-256", path, path)
	require.Equal(t, statusGood, o.status)
	line := sha256OfABC + "  " + maskNumbers(path) + "\n"
	require.Equal(t, line+line, o.stdout)
	require.NotContains(t, o.stdout, sampleIIN)
	require.Contains(t, run(t, "hash", "--alg", "sha-256", path, "--show-iin").stdout, sampleIIN)
}

// The empty message, from the tables of GOST R 34.11-2012 implementations and the national test S-box.
func TestHashOfEveryAlgorithm(t *testing.T) {
	for alg, want := range map[string]string{
		"streebog-256": "3f539a213e97c802cc229d474c6aa32a825a360b2a933a949fd925208d9ce1bb",
		"streebog-512": "8e945da209aa869f0455928529bcae4679e9873ab707b55315f56ceb98bef0a7362f715528356ee83cda5f2aac4c6ad2ba3a715c1bcd81cb8e9f90bf4c1c1a8a",
		"gost34311-95": "ce85b99cc46752fffee35cab9a7b0278abb4c2d2055cff685af4912c49490f8d",
		"sha-256":      "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
	} {
		require.Equal(t, want, run(t, "hash", "--alg", alg, "--json", "-").object(t)["digest"], alg)
	}
}

func TestHashOfWhatIsNotThere(t *testing.T) {
	absent := filepath.Join(t.TempDir(), sampleIIN)
	o := run(t, "hash", "--alg", "sha-256", "--json", absent, "-", "-")
	require.Equal(t, statusUnreadable, o.status)
	objects := o.objects(t)
	require.Len(t, objects, 3)
	require.Equal(t, "malformed", objects[0]["reason"])
	require.Equal(t, absent, objects[0]["file"])
	require.Equal(t, "", objects[0]["digest"])
	require.NotEmpty(t, objects[1]["digest"])
	require.Equal(t, "stdin can be read once only", objects[2]["detail"])
}
