package emulator

import (
	"encoding/hex"
	"slices"

	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/internal/oid"
	"github.com/qoltanba/eds/nca"
)

// keyIDs are the subject key identifiers of the production authorities, by the name of the pin, read off the
// certificates: what a certificate issued by one of them names as its authority key identifier.
var keyIDs = map[string]string{
	"root_gost_2022": "13b00cfba9629f0a3eb6192a2156a24867d0f3bd",
	"nca_gost_2022":  "fe30be9fc890633f1fff5a3c0cb0c85f4c6d1708",
	"root_rsa_2020":  "54b3b740d45b91707bed4a2be41b7b69f8f6ba50",
	"nca_rsa_2022":   "dcae24d749b26480d2de37233c3ea4515db55ac7",
	"root_gost_2020": "9d5941018b516bf0f06a7afee88c4eed050fa003",
	"ucgo_gost":      "1e07b6c68ffa01c35e13aefeb127423408a775bb",
	"btsd_gost":      "9f8c2003780f52b97652d99772a05d080ecbf1b2",
	"root_gost":      "561e7a76d760190e6ef8a096715076552413af2e",
	"nca_gost":       "5b6a73e9",
	"root_rsa":       "d4a51869ef8b3f15fdeaadbd47e094816b066a3b",
	"nca_rsa":        "5b6a7411",
}

// production returns the production authority that the key's certificate chains to, directly or through the
// certificates that came with it.
func (k Key) production() (pin string, real bool) {
	seen := []*cert.Certificate{k.Certificate}
	for i := 0; i < len(seen); i++ {
		if pin, real := productionPin(seen[i]); real {
			return pin, true
		}
		for _, issuer := range k.Authorities {
			if issuer != nil && issuer.Subject.Equal(seen[i].Issuer) && !slices.Contains(seen, issuer) {
				seen = append(seen, issuer)
			}
		}
	}
	return "", false
}

// productionPin returns the pinned production authority that c is, or that issued it as far as the names tell: the
// authority key identifier is the pin's, or it is absent and the issuer has the pin's name. The signature is not
// looked at, since the pinned certificates are not at hand; who forges these names on a certificate only loses the
// use of the emulator. The name alone does not count: a fake authority may call itself so, with a key of its own.
func productionPin(c *cert.Certificate) (string, bool) {
	if pin, ok := nca.PinOf(c); ok && pin.Class == nca.Production {
		return pin.Name, true
	}
	for _, pin := range nca.Pins() {
		if pin.Class != nca.Production {
			continue
		}
		id := hex.EncodeToString(c.AuthorityKeyID)
		if id == keyIDs[pin.Name] || id == "" && c.Issuer.First(oid.CommonName) == pin.CommonName {
			return pin.Name, true
		}
	}
	return "", false
}
