package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// daemon is a server program of ours that runs until it is stopped.
type daemon struct {
	cmd  *exec.Cmd
	log  bytes.Buffer
	gone chan struct{} // closed when it has ended
}

// startDaemon returns when the socket is there.
func startDaemon(socket, program string, args ...string) (*daemon, error) {
	d := &daemon{cmd: exec.Command(program, args...), gone: make(chan struct{})}
	d.cmd.Stdout, d.cmd.Stderr = &d.log, &d.log
	endWithUs(d.cmd)
	if err := d.cmd.Start(); err != nil {
		return nil, err
	}
	go func() {
		_ = d.cmd.Wait()
		close(d.gone)
	}()
	whenKilled(d.stop)
	for range 1200 {
		if _, err := os.Stat(socket); err == nil {
			return d, nil
		}
		select {
		case <-d.gone:
			return nil, fmt.Errorf("%s has ended: %.500s", program, d.log.String())
		case <-time.After(100 * time.Millisecond):
		}
	}
	d.stop()
	return nil, fmt.Errorf("%s makes no socket", program)
}

func (d *daemon) stop() {
	_ = d.cmd.Process.Signal(os.Interrupt)
	select {
	case <-d.gone:
	case <-time.After(10 * time.Second):
		_ = d.cmd.Process.Kill()
		<-d.gone
	}
}

var undone struct {
	sync.Mutex
	list []func()
}

// whenKilled sees to it that undo is called where somebody ends us before we could do it ourselves: the last that was begun first.
func whenKilled(undo func()) {
	undone.Lock()
	defer undone.Unlock()
	if undone.list = append(undone.list, undo); len(undone.list) > 1 {
		return
	}
	ended := make(chan os.Signal, 1)
	signal.Notify(ended, os.Interrupt, syscall.SIGTERM)
	go func() {
		<-ended
		undone.Lock()
		for _, undo := range slices.Backward(undone.list) {
			undo()
		}
		os.Exit(1)
	}()
}

// cpu is the CPU time that the process, its children and those of them that have ended have used so far, as Linux counts it: in hundredths of
// a second.
func (d *daemon) cpu() (seconds float64, err error) {
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil || len(stats) == 0 {
		return 0, fmt.Errorf("there is no /proc to read the CPU time of %s in", d.cmd.Path)
	}
	own := strconv.Itoa(d.cmd.Process.Pid)
	for _, path := range stats {
		line, err := os.ReadFile(path)
		if err != nil {
			continue // has ended since
		}
		fields := strings.Fields(string(line[bytes.LastIndexByte(line, ')')+1:])) // from the third on: state, parent; see proc(5)
		if len(fields) < 15 || filepath.Base(filepath.Dir(path)) != own && fields[1] != own {
			continue
		}
		for _, ticks := range fields[11:15] {
			n, _ := strconv.ParseFloat(ticks, 64)
			seconds += n / 100
		}
	}
	return seconds, nil
}
