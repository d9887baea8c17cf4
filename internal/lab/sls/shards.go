package sls

import (
	"fmt"
	"math/big"
)

// shardAnswer is a shard as the API has it.
type shardAnswer struct {
	ID         int    `json:"shardID"`
	Status     string `json:"status"`
	Begin      string `json:"inclusiveBeginKey"`
	End        string `json:"exclusiveEndKey"`
	CreateTime int64  `json:"createTime"`
}

// listShards gives a logstore's shards, which share the range of MD5 evenly.
func (h *Handler) listShards(c *call) (answer, error) {
	l, err := h.o.Store.Logstore(c.project, c.logstore)
	if err != nil {
		return answer{}, err
	}
	n := len(l.Shards)
	shards := make([]shardAnswer, 0, n)
	for i := range n {
		shards = append(shards, shardAnswer{i, "readwrite", border(i, n), border(i+1, n), l.Config.CreateTime})
	}
	return jsonAnswer(shards)
}

// border is where the i-th of n shards begins; the last one ends at the largest key.
func border(i, n int) string {
	const bits = 128
	key := new(big.Int).Lsh(big.NewInt(int64(i)), bits)
	key.Div(key, big.NewInt(int64(n)))
	if i == n {
		key.Sub(key, big.NewInt(1))
	}
	return fmt.Sprintf("%0*x", bits/4, key)
}
