package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	sdk "github.com/aliyun/aliyun-log-go-sdk"

	"github.com/sagflow/sagflow/internal/lab/sls"
	"github.com/sagflow/sagflow/internal/testutil"
)

// killed is the program on a store, which is killed and started anew, and a ledger of its own of what was written.
type killed struct {
	t        *testing.T
	program  string
	dir      string
	random   *rand.Rand
	mu       sync.Mutex
	sent     map[sls.Record]bool
	answered map[sls.Record]bool
}

// TestKillSLS kills the built program with kill -9 at random moments, also while it opens its store, with official
// clients at work: what was answered with 200 is in the store and comes back by the program that is started next,
// and nothing is there that nobody sent.
func TestKillSLS(t *testing.T) {
	rounds := 25
	if testing.Short() {
		rounds = 8
	}
	seed := uint64(time.Now().UnixNano())
	k := &killed{
		t: t, program: buildProgram(t), dir: filepath.Join(t.TempDir(), "logs"), random: rand.New(rand.NewPCG(seed, 0)),
		sent: map[sls.Record]bool{}, answered: map[sls.Record]bool{},
	}
	for round := range rounds {
		if round > 0 && round%4 == 0 {
			k.killWhileOpening()
		}
		k.round(round)
		if t.Failed() {
			t.Fatalf("seed %d, round %d", seed, round)
		}
	}
	k.pullAll()
	t.Logf("seed %d: %d rounds, %d records sent, %d answered with 200", seed, rounds, len(k.sent), len(k.answered))
	if len(k.answered) == 0 || len(k.answered) == len(k.sent) {
		t.Error("no kill came between sending and answering: the test has no grip")
	}
}

// buildProgram builds sagflow-lab as users get it.
func buildProgram(t *testing.T) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "sagflow-lab")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", name, "./cmd/sagflow-lab")
	build.Dir = testutil.Root(t)
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	return name
}

func (k *killed) command() *exec.Cmd {
	cmd := exec.Command(k.program, "sls", "--listen", "127.0.0.1:0", "--store", k.dir)
	cmd.Env = environmentWithout("ALIBABA_CLOUD_", "SAGFLOW_")
	return cmd
}

// start returns the program when it serves, and where.
func (k *killed) start() (*exec.Cmd, sls.Location) {
	k.t.Helper()
	cmd := k.command()
	var log strings.Builder
	cmd.Stderr = &log
	out, err := cmd.StdoutPipe()
	if err != nil {
		k.t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		k.t.Fatal(err)
	}
	var at sls.Location
	if err := json.NewDecoder(out).Decode(&at); err != nil {
		_ = cmd.Process.Kill() // it may have ended
		_ = cmd.Wait()
		k.t.Fatalf("read where Log Service is: %v\n%s", err, &log)
	}
	return cmd, at
}

// kill is kill -9.
func (k *killed) kill(cmd *exec.Cmd) {
	k.t.Helper()
	if err := cmd.Process.Kill(); err != nil {
		k.t.Fatal(err)
	}
	_ = cmd.Wait() // killed
}

// killWhileOpening kills the program before it says where it is.
func (k *killed) killWhileOpening() {
	k.t.Helper()
	cmd := k.command()
	if err := cmd.Start(); err != nil {
		k.t.Fatal(err)
	}
	<-time.After(time.Duration(k.random.IntN(15_000)) * time.Microsecond)
	k.kill(cmd)
}

// round looks at what the rounds before left, has clients write, kills, and looks into the store.
func (k *killed) round(round int) {
	k.t.Helper()
	cmd, at := k.start()
	k.counted(at)
	var clients []*sdk.Client
	for _, version := range []sdk.AuthVersionType{sdk.AuthV1, sdk.AuthV4, sdk.AuthV4} {
		client, err := slsClient(version, strings.TrimPrefix(at.SLS, "http://"), at.Credentials)
		if err != nil {
			k.t.Fatal(err)
		}
		clients = append(clients, client)
	}
	answers, ended := make(chan struct{}), make(chan struct{})
	var writers sync.WaitGroup
	for i, client := range clients {
		writers.Go(func() { k.write(client, fmt.Sprintf("%d-%d", round, i), answers) })
	}
	go func() {
		writers.Wait()
		close(ended)
	}()
	// The kill comes some time behind a number of answers: between any two steps of a write.
	for range k.random.IntN(60) {
		select {
		case <-answers:
		case <-ended:
		}
	}
	<-time.After(time.Duration(k.random.IntN(4000)) * time.Microsecond)
	k.kill(cmd)
	<-ended
	for _, client := range clients {
		client.HTTPClient.CloseIdleConnections()
	}
	k.compare()
}

// write writes batches until one is not answered. It says of each that it was, to whom listens.
func (k *killed) write(client *sdk.Client, boot string, answers chan<- struct{}) {
	for batch := 0; ; batch++ {
		count := 1 + batch%20
		kind := []int{sdk.Compress_LZ4, sdk.Compress_ZSTD, sdk.Compress_None}[batch%3]
		err := client.PutLogsWithCompressType(slsProject, slsLogstore, slsGroup(boot, batch, 0, count), kind)
		k.note(boot, batch, count, err == nil)
		select {
		case answers <- struct{}{}:
		default:
		}
		if refused := (*sdk.Error)(nil); errors.As(err, &refused) && refused.HTTPCode > 0 {
			k.t.Errorf("batch %d of %s: %v", batch, boot, err)
		}
		if err != nil {
			return
		}
	}
}

func (k *killed) note(boot string, batch, count int, answered bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for i := range count {
		r := sls.Record{Boot: boot, Batch: uint64(batch), Index: uint64(i)}
		k.sent[r] = true
		if answered {
			k.answered[r] = true
		}
	}
}

// compare holds the store that the program left against the ledger.
func (k *killed) compare() {
	k.t.Helper()
	ledger, err := sls.ReadLedger(k.dir)
	if err != nil {
		k.t.Fatal(err)
	}
	for r := range k.answered {
		if !ledger.Has(r) {
			k.t.Errorf("%+v was answered with 200, and is lost", r)
		}
	}
	for r := range ledger.Records() {
		if !k.sent[r] {
			k.t.Errorf("nobody sent %+v", r)
		}
	}
	if tally := ledger.Tally(); len(tally.Wrong()) > 0 || tally.Untagged > 0 {
		k.t.Errorf("%+v", tally)
	}
}

// counted has the program that was started anew count what it has.
func (k *killed) counted(at sls.Location) {
	k.t.Helper()
	if len(k.answered) == 0 {
		return
	}
	tally, err := sls.Dedup(k.dir)
	if err != nil {
		k.t.Fatal(err)
	}
	client, err := slsClient(sdk.AuthV4, strings.TrimPrefix(at.SLS, "http://"), at.Credentials)
	if err != nil {
		k.t.Fatal(err)
	}
	defer client.HTTPClient.CloseIdleConnections()
	h, err := client.GetHistograms(slsProject, slsLogstore, "", 1_600_000_000, 1_800_000_000, "*")
	if err != nil || uint64(h.Count) != tally.Received {
		k.t.Errorf("the program counts %+v, the store holds %d: %v", h, tally.Received, err)
	}
}

// pullAll reads all records from the program, once more started anew, by the official client.
func (k *killed) pullAll() {
	k.t.Helper()
	cmd, at := k.start()
	defer k.kill(cmd)
	client, err := slsClient(sdk.AuthV4, strings.TrimPrefix(at.SLS, "http://"), at.Credentials)
	if err != nil {
		k.t.Fatal(err)
	}
	defer client.HTTPClient.CloseIdleConnections()
	shards, err := client.ListShards(slsProject, slsLogstore)
	if err != nil {
		k.t.Fatal(err)
	}
	pulled := map[sls.Record]bool{}
	for _, shard := range shards {
		k.pullShard(client, shard.ShardID, pulled)
	}
	for r := range k.answered {
		if !pulled[r] {
			k.t.Errorf("%+v was answered with 200, and does not come back", r)
		}
	}
	for r := range pulled {
		if !k.sent[r] {
			k.t.Errorf("nobody sent %+v, and it comes back", r)
		}
	}
}

func (k *killed) pullShard(client *sdk.Client, shard int, into map[sls.Record]bool) {
	k.t.Helper()
	next, err := client.GetCursor(slsProject, slsLogstore, shard, "begin")
	if err != nil {
		k.t.Fatal(err)
	}
	for {
		list, after, err := client.PullLogs(slsProject, slsLogstore, shard, next, "", 100)
		if err != nil {
			k.t.Fatal(err)
		}
		for _, g := range list.LogGroups {
			r := sls.Record{}
			for _, tag := range g.LogTags {
				switch tag.GetKey() {
				case "boot":
					r.Boot = tag.GetValue()
				case "batch":
					if _, err := fmt.Sscan(tag.GetValue(), &r.Batch); err != nil {
						k.t.Fatal(err)
					}
				}
			}
			for i := range g.Logs {
				r.Index = uint64(i)
				into[r] = true
			}
		}
		if after == next {
			return
		}
		next = after
	}
}
