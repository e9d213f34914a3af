//go:build race

package cms_test

func init() { slack *= 10 }
