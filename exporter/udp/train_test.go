package udp

import (
	"bytes"
	"errors"
	"runtime"
	"syscall"
	"testing"

	"github.com/sagflow/sagflow/exporter"
)

func TestTrain(t *testing.T) {
	if !hasSegments {
		t.Log("no trains on " + runtime.GOOS)
		return
	}
	for _, address := range []string{"127.0.0.1:0", "[::1]:0"} {
		collector := listen(t, address)
		tr := dial(t, Options{Address: collector.LocalAddr().String(), Trains: true})
		var train []byte
		for i := range 5 {
			train = append(train, bytes.Repeat([]byte{byte(i)}, 1000)...)
		}
		train = train[:4400]
		if err := tr.SendTrain(train, 1000); err != nil {
			t.Fatalf("SendTrain: %v", err)
		}
		if err := tr.Send(bytes.Repeat([]byte{9}, 1300)); err != nil {
			t.Fatalf("Send of a datagram longer than the train's: %v", err)
		}
		for i, want := range []int{1000, 1000, 1000, 1000, 400, 1300} {
			got, _ := receive(t, collector)
			if len(got) != want || i < 5 && got[0] != byte(i) {
				t.Errorf("datagram %d has %d octets from %d on, want %d", i, len(got), got[0], want)
			}
		}
	}
}

func TestMaxTrain(t *testing.T) {
	for _, test := range []struct {
		name string
		tr   Transport
		size int
		want int
	}{
		{"not asked for", Transport{}, 1472, 1},
		{"the system can't", Transport{options: Options{Trains: true}, trainless: true}, 1472, 1},
		{"usual", Transport{options: Options{Trains: true}}, 1472, maxSegments},
		{"jumbo", Transport{options: Options{Trains: true}}, 8972, 7},
		{"largest", Transport{options: Options{Trains: true}}, 65507, 0},
	} {
		want := test.want
		if !hasSegments {
			want = 1
		}
		if got := test.tr.MaxTrain(test.size); got != want {
			t.Errorf("%s: MaxTrain(%d) = %d, want %d", test.name, test.size, got, want)
		}
	}
}

func TestTrainWithoutSocket(t *testing.T) {
	tr := &Transport{options: Options{Trains: true}}
	var sendErr *exporter.SendError
	if err := tr.SendTrain([]byte("x"), 1); !errors.As(err, &sendErr) || !errors.Is(err, syscall.ENOTCONN) {
		t.Errorf("SendTrain: %v", err)
	}
	if err := tr.SendFragmented([]byte("x")); !errors.As(err, &sendErr) {
		t.Errorf("SendFragmented: %v", err)
	}
}

func TestTrainDoesNotAllocate(t *testing.T) {
	collector := listen(t, "127.0.0.1:0")
	tr := dial(t, Options{Address: collector.LocalAddr().String(), Trains: true})
	train := make([]byte, 8000)
	if n := testing.AllocsPerRun(100, func() {
		_ = tr.SendTrain(train, 1000)
		_ = tr.Send(train[:900])
	}); n != 0 {
		t.Errorf("%v allocations a train, want 0", n)
	}
}
