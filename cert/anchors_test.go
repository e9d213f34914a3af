package cert_test

import (
	"bufio"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/qoltanba/eds/cert"
	"github.com/qoltanba/eds/internal/shared"
)

// anchorRow is a row of anchors/README.md.
type anchorRow struct{ file, issuer, algorithm, from, to, fingerprint string }

func anchorRows(t *testing.T) []anchorRow {
	t.Helper()
	f, err := os.Open(shared.Dir(t, "anchors", "README.md"))
	require.NoError(t, err)
	defer f.Close()
	var rows []anchorRow
	for lines := bufio.NewScanner(f); lines.Scan(); {
		cells := strings.Split(lines.Text(), "|")
		if len(cells) != 8 || len(strings.TrimSpace(cells[6])) != 64 {
			continue
		}
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		from, to, _ := strings.Cut(cells[5], " … ")
		rows = append(rows, anchorRow{cells[1], cells[3], cells[4], from, to, cells[6]})
	}
	require.Len(t, rows, 11)
	return rows
}

// The certificates of the production authorities are what the table beside them says, and all their signatures
// verify.
func TestAnchors(t *testing.T) {
	algorithms := map[string]string{
		"2015-512 / Streebog-512": "gost2015-512", "RSA-SHA256": "rsa-4096", "34.310-2004 / 34.311-95": "gost2004",
	}
	rows := anchorRows(t)
	all := make(map[string]*cert.Certificate)
	for _, row := range rows {
		raw, err := os.ReadFile(shared.Dir(t, "anchors", row.file+".der"))
		require.NoError(t, err)
		all[row.file], err = cert.Parse(raw)
		require.NoError(t, err, row.file)
	}
	files, err := filepath.Glob(filepath.Join(shared.Dir(t, "anchors"), "*.der"))
	require.NoError(t, err)
	require.Len(t, files, len(rows))
	for _, row := range rows {
		t.Run(row.file, func(t *testing.T) {
			c := all[row.file]
			require.Equal(t, row.fingerprint, c.FingerprintText())
			require.Equal(t, algorithms[row.algorithm], c.PublicKey.Algorithm())
			require.Equal(t, row.from, c.NotBefore.Format("2006-01-02"))
			require.Equal(t, row.to, c.NotAfter.Format("2006-01-02"))
			require.True(t, c.BasicConstraints.CA)
			require.Equal(t, cert.UsageKeyCertSign|cert.UsageCRLSign, c.KeyUsage)
			issuer := c
			if row.issuer != "self" {
				issuer = all[row.issuer]
			}
			require.Equal(t, row.issuer == "self", c.SelfIssued())
			require.True(t, issuer.Subject.Equal(c.Issuer))
			require.NoError(t, c.CheckSignature(issuer.PublicKey))
			for name, other := range all {
				if other != issuer {
					require.Error(t, c.CheckSignature(other.PublicKey), name)
				}
			}
		})
	}
	// T50: same common name, another name.
	require.Equal(t, all["root_rsa"].Subject.Attributes[0].Value, all["root_rsa_2020"].Subject.Attributes[0].Value)
	require.False(t, all["root_rsa"].Subject.Equal(all["root_rsa_2020"].Subject))
	require.False(t, all["root_gost"].Subject.Equal(all["root_gost_2020"].Subject))
	// Odd things that are there (DOMAIN 2.6).
	require.Equal(t, 0, all["btsd_gost"].BasicConstraints.PathLen)
	require.Empty(t, all["btsd_gost"].CRLDistributionPoints)
	require.True(t, all["ucgo_gost"].CRLDistributionPoints[0].HasReasons)
	require.Contains(t, all["nca_gost"].CRLDistributionPoints[0].FullName[0].Text, "URL=")
	for _, uri := range all["nca_gost"].CRLDistributionPoints[0].URIs() {
		require.True(t, strings.HasSuffix(uri, ".crl"), uri)
	}
}
