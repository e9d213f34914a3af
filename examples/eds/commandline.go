package main

import (
	"time"

	"github.com/alecthomas/kong"
)

// A commandLine is the whole grammar: kong fills it in and calls the Run method of the command that was named.
// DESIGN.md fixes the names.
type commandLine struct {
	JSON    bool             `help:"Print one JSON object per input file on one line; messages go to stderr."`
	Lang    string           `enum:",kk,ru,en" default:"" placeholder:"kk|ru|en" help:"Language of what people read (default: the locale). JSON is never translated."`
	ShowIIN bool             `name:"show-iin" help:"Show all digits of an IIN where people read it."`
	Version kong.VersionFlag `help:"Print the version and leave."`

	Inspect inspectCommand `cmd:"" help:"Show what files are and say: certificate, CMS, CRL, OCSP response, TSP response or token, PKCS #12. Verifies nothing."`
	Verify  verifyCommand  `cmd:"" help:"Judge the signatures of CMS messages, attached or detached."`
	Cert    struct {
		Verify certVerifyCommand `cmd:"" help:"Judge certificates: path, usage, dates, revocation."`
	} `cmd:"" help:"Certificates."`
	TSP struct {
		Verify tspVerifyCommand `cmd:"" help:"Judge a time-stamp token or response (coming)."`
	} `cmd:"" name:"tsp" help:"Time stamps (coming)."`
	Sign    signCommand    `cmd:"" help:"Sign a file with a key of a PKCS #12 store."`
	Extract extractCommand `cmd:"" help:"Take the content out of a CMS message, verified or with a loud warning."`
	Hash    hashCommand    `cmd:"" help:"Print the digest of a file."`
	Sig     struct {
		Verify sigVerifyCommand `cmd:"" help:"Judge one bare signature. GOST keys hash by their own algorithm, RSA and ECDSA by SHA-256."`
	} `cmd:"" help:"Bare signatures."`
	IIN   iinCommand `cmd:"" name:"iin" help:"Check digit, birth date and sex in an IIN. They are guesses: nothing ties the digits to the person."`
	Trust struct {
		Fetch trustFetchCommand `cmd:"" help:"Fetch the national anchors from their official addresses; only what matches its pinned fingerprint is kept."`
		List  trustListCommand  `cmd:"" help:"List the pinned certificates of the national authorities."`
	} `cmd:"" help:"The national anchors."`
}

// judgement are the options of the verify commands.
type judgement struct {
	Trust     []string `sep:"none" placeholder:"PATH" help:"Anchors: all certificates of a file; of a folder the self-signed ones, the others are at hand. Repeatable. See 'eds trust fetch'."`
	Untrusted []string `sep:"none" placeholder:"PATH" help:"Certificates at hand, such as intermediate ones and those of OCSP responders: a file or a folder. Never trusted for being there. Repeatable."`

	At              time.Time `placeholder:"TIME" help:"The moment to judge at, as 2026-01-31T12:00:00Z (default: now)."`
	Revocation      string    `enum:"required,if-available,off" default:"required" help:"Whether it must be known that no certificate is revoked: ${enum} (default ${default}). A pinned national authority passes where its certificate names nobody who could tell."`
	RevocationScope string    `enum:"leaf,chain" default:"chain" help:"Whose revocation counts: ${enum} (default ${default}). The anchor's never does."`
	evidenceOptions
	onlineOptions

	Purpose     string `enum:"auth,sign,any" default:"any" help:"What the key must be for: ${enum} (default ${default})."`
	Subject     string `enum:"person,organization,any" default:"any" help:"Whose certificate it must be: ${enum} (default ${default})."`
	ContentType string `placeholder:"OID" help:"The only content type accepted (default: any but a time stamp's)."`

	coming `embed:"" group:"Coming with later versions; refused for now:"`
}

// evidenceOptions name answers about revocation that are at hand, and what they are held to.
type evidenceOptions struct {
	CRL       []string      `name:"crl" sep:"none" placeholder:"PATH" help:"Certificate revocation lists at hand: a file, or a folder of .crl, .der, .pem and .b64 files. Repeatable."`
	OCSP      []string      `name:"ocsp" sep:"none" placeholder:"PATH" help:"OCSP responses at hand: a file, or a folder of .ocsp, .ors, .der, .pem and .b64 files. Repeatable."`
	OCSPNonce *string       `name:"ocsp-nonce" placeholder:"HEX" help:"Nonce of the OCSP request, without its inner OCTET STRING. Responses must then repeat theirs."`
	MaxAge    time.Duration `default:"24h" placeholder:"24h" help:"Age up to which an OCSP answer without nextUpdate is taken (default ${default})."`
	MaxSkew   time.Duration `default:"5m" placeholder:"5m" help:"Difference of clocks that is borne with in OCSP answers (default ${default})."`
}

// onlineOptions say whether anybody is asked, and whom.
type onlineOptions struct {
	Online           bool     `help:"Ask the authorities' services, at the addresses in the certificates. Without it nothing is asked of anybody."`
	AllowHost        []string `sep:"none" placeholder:"HOST[:PORT]" help:"With --online: a host that may be asked besides the national services, at public addresses only. Repeatable."`
	AllowPrivateHost []string `sep:"none" placeholder:"HOST[:PORT]" help:"The same, at any address: loopback, private networks. Repeatable."`
}

// coming are options that have their names and no effect yet. Using one is refused: an option that was passed over
// in silence would make a verdict look stronger than it is.
type coming struct {
	TSATrust         []string `name:"tsa-trust" sep:"none" placeholder:"PATH" help:"Anchors of time stamps (default: those of --trust). Repeatable."`
	RequireTimestamp bool     `help:"Want a trusted time stamp on every signature."`
	AllowWeak        []string `enum:"sha1-imprint" placeholder:"sha1-imprint" help:"Weak algorithm to let pass. Repeatable."`
}

// used returns the options that were given and have no effect yet.
func (c coming) used() []string {
	var used []string
	for _, option := range []struct {
		name  string
		given bool
	}{
		{"--tsa-trust", len(c.TSATrust) > 0},
		{"--require-timestamp", c.RequireTimestamp},
		{"--allow-weak", len(c.AllowWeak) > 0},
	} {
		if option.given {
			used = append(used, option.name)
		}
	}
	return used
}
