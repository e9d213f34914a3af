package main

import (
	"encoding/hex"
	"hash"
	"io"

	"github.com/qoltanba/eds/cert"
)

type hashCommand struct {
	Alg   string   `required:"" enum:"streebog-512,streebog-256,gost34311-95,sha-256" placeholder:"NAME" help:"Hash function: ${enum}."`
	Files []string `arg:"" name:"file" help:"Files of any length; - for stdin."`
}

// A digestObject is the digest of a file.
type digestObject struct {
	Schema int    `json:"schema"`
	File   string `json:"file"`
	Digest string `json:"digest"`
}

// An undigestedObject is the object of a file that could not be read.
type undigestedObject struct {
	head
	Digest string `json:"digest"`
}

func (c *hashCommand) Run(a *app) error {
	algorithm, _ := cert.DigestByName(c.Alg) // kong let in these names only
	a.do(job{
		files: c.Files,
		judge: func(file string) (answer, error) {
			sum, err := a.digest(algorithm.New(), file)
			if err != nil {
				return nil, err
			}
			return digestObject{Schema: schema, File: file, Digest: hex.EncodeToString(sum)}, nil
		},
		blank: func(h head) any { return undigestedObject{head: h} },
	})
	return nil
}

// digest hashes a file as it streams by.
func (a *app) digest(h hash.Hash, file string) ([]byte, error) {
	f, err := a.open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if _, err := io.Copy(h, f); err != nil {
		return nil, cannotRead(err)
	}
	return h.Sum(nil), nil
}

func (digestObject) status() status { return statusGood }

func (o digestObject) show(p *page) { p.title(o.Digest+"  "+p.mask(o.File), 0) }
