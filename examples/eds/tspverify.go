package main

type tspVerifyCommand struct {
	File    string `arg:"" help:"A time-stamp token or response."`
	Data    string `placeholder:"FILE" xor:"what" help:"What was stamped."`
	Request string `placeholder:"FILE" xor:"what" help:"The request that was answered."`
	judgement
}

// A stampObject is the verdict on a time stamp.
type stampObject struct {
	head
	GenTime          string `json:"gen_time"`
	Policy           string `json:"policy"`
	ImprintAlgorithm string `json:"imprint_algorithm"`
	Serial           string `json:"serial"`
	Nonce            string `json:"nonce"`
}

func (c *tspVerifyCommand) Run(a *app) error {
	j := job{files: []string{c.File}, blank: func(h head) any { return stampObject{head: h} }}
	a.refuse(j, note{id: "usage.not-yet", data: data{"Options": "tsp verify"}})
	return nil
}
