package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// write puts b into a file, whole or not at all. A file that is there already is left alone without force.
func write(name string, b []byte, force bool) error {
	if force {
		return replace(name, b)
	}
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	switch {
	case errors.Is(err, fs.ErrExist):
		return note{id: "output.exists", data: data{"File": name}}
	case err != nil:
		return unwritable(name, err)
	}
	_, err = f.Write(b)
	if err = errors.Join(err, f.Close()); err != nil {
		_ = os.Remove(name)
		return unwritable(name, err)
	}
	return nil
}

// replace writes beside the file first and renames then, so that nobody ever finds half of it.
func replace(name string, b []byte) error {
	f, err := os.CreateTemp(filepath.Dir(name), ".eds-*")
	if err != nil {
		return unwritable(name, err)
	}
	_, err = f.Write(b)
	err = errors.Join(err, f.Chmod(0o644), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), name)
	}
	if err != nil {
		_ = os.Remove(f.Name())
		return unwritable(name, err)
	}
	return nil
}

func unwritable(name string, err error) error {
	var link *os.LinkError
	if errors.As(err, &link) {
		err = link.Err
	}
	return note{id: "output.failed", data: data{"File": name, "Error": reasonOnly(err)}}
}
