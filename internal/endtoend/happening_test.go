package endtoend

import (
	"fmt"
	"net"
	"path/filepath"
	"strconv"
	"syscall"
	"time"

	"github.com/sagflow/sagflow/config/flowlog"
)

// suffer has an incident happen. What makes no sense now is left out.
func (o *ordeal) suffer(i incident) {
	o.t.Helper()
	switch i.kind {
	case incidentKill:
		o.kill()
		o.start()
	case incidentTerm, incidentTwice:
		o.interrupt(i)
		o.start()
	case incidentLab:
		o.gone()
		time.Sleep(time.Duration(i.n%200) * time.Millisecond)
		o.back()
	case incidentOutage:
		o.gone()
	case incidentBack:
		o.back()
	case incidentFault:
		if o.service != nil {
			o.service.fail(o.t, i.rule)
		}
	case incidentHeal:
		o.heal()
	case incidentRotate:
		o.rotate()
	case incidentLearn:
		o.learn()
	case incidentFull:
		o.disk.fill(o.t, int64(i.n%4)*4096)
		o.run.disk = true
	case incidentRoom:
		o.room()
	default:
		o.change(i)
	}
}

// change changes the FlowLog.
func (o *ordeal) change(i incident) {
	o.t.Helper()
	if i.kind == incidentInactive {
		if !o.inactive {
			o.api.on(o.flowLog, "deactivate")
		}
		o.inactive = true
		return
	}
	output := map[string]flowlog.OutputType{
		incidentSwitch: flowlog.OutputSLS, incidentAll: flowlog.OutputAll, incidentNetflow: flowlog.OutputNetflow,
	}[i.kind]
	o.api.modify(o.flowLog, o.toLogstore(output, i.n))
	if o.inactive {
		o.api.on(o.flowLog, "activate")
	}
	o.inactive = false
}

// gone ends Log Service by kill -9, and back has it there again, on the same store and port.
func (o *ordeal) gone() {
	if o.service != nil {
		o.service.kill()
		o.service = nil
	}
}

func (o *ordeal) back() {
	o.t.Helper()
	if o.service == nil {
		host, _, _ := net.SplitHostPort(o.at)
		o.service = startSLS(o.t, o.dir, o.at, net.JoinHostPort(host, "0"))
		o.at = o.service.listens(o.t)
	}
}

func (o *ordeal) heal() {
	o.t.Helper()
	if o.service != nil {
		o.service.heal(o.t)
	}
}

// rotate gives API and Log Service another access key, and learn has the device's file hold it, too.
func (o *ordeal) rotate() {
	o.t.Helper()
	o.keys++
	writeKeys(o.t, keysOf(o.dir), o.key(), operatorKey)
}

func (o *ordeal) learn() {
	o.t.Helper()
	writeKeys(o.t, o.deviceKeys(), o.key())
}

func (o *ordeal) key() string { return fmt.Sprintf("LTAI5tDevice%012d", o.keys) }

// room empties the disk of what filled it. A device that could not start on it is started again.
func (o *ordeal) room() {
	o.t.Helper()
	if o.disk == nil {
		return
	}
	o.disk.empty(o.t)
	if o.run.over() {
		o.checkEnd(o.run)
		o.start()
	}
}

// start starts the device.
func (o *ordeal) start() {
	o.t.Helper()
	o.run = o.newRun(o.config, "--speed", strconv.Itoa(o.speed), "--times", "now", "--loop", "0")
}

func (o *ordeal) newRun(config string, args ...string) *deviceRun {
	o.t.Helper()
	r := startRun(o.t, o.program, o.book, filepath.Join(o.dir, fmt.Sprintf("summary-%d.json", len(o.runs)+1)), config, args...)
	r.disk, r.drains = o.disk != nil && o.disk.full, config == o.drain
	o.runs = append(o.runs, r)
	return r
}

// kill ends the device by kill -9.
func (o *ordeal) kill() {
	o.t.Helper()
	o.run.signal(syscall.SIGKILL)
	o.wait(o.run)
}

// interrupt ends the device by one signal or two.
func (o *ordeal) interrupt(i incident) {
	o.t.Helper()
	o.run.signal(syscall.SIGTERM)
	if i.kind == incidentTwice {
		time.Sleep(againAfter + time.Duration(i.n%60)*time.Millisecond)
		o.run.hurried = true
		o.run.signal(syscall.SIGTERM)
	}
	o.wait(o.run)
}

// wait waits for the end of a run, and looks at it.
func (o *ordeal) wait(r *deviceRun) {
	o.t.Helper()
	if !r.await(time.Minute) {
		r.signal(syscall.SIGQUIT) // for what its goroutines are at
		r.await(time.Minute)
		o.find("the device did not end within a minute:\n%s", r.log)
	}
	o.checkEnd(r)
}

// settle ends all that is wrong, and has the device deliver what it has.
func (o *ordeal) settle() {
	o.t.Helper()
	if o.disk != nil {
		o.disk.empty(o.t)
	}
	o.learn()
	o.back()
	o.heal()
	if o.last == incidentKill {
		o.kill()
	} else {
		o.interrupt(incident{kind: o.last, n: o.seed})
	}
	o.run = o.newRun(o.drain)
	o.wait(o.run)
	o.gone()
}
