package sls

import "strconv"

const (
	// bars is about how many there are if the client does not say how long they are; maxBars bounds them.
	bars    = 60
	maxBars = 2000
)

// bar is a part of a histogram: the logs of [from, to).
type bar struct {
	From     int64  `json:"from"`
	To       int64  `json:"to"`
	Count    int64  `json:"count"`
	Progress string `json:"progress"`
}

// getHistograms answers how many logs there are in each part of the time.
func (h *Handler) getHistograms(c *call) (answer, error) {
	s, err := c.readSearch()
	if err != nil {
		return answer{}, err
	}
	l, err := h.o.Store.Logstore(c.project, c.logstore)
	if err != nil {
		return answer{}, err
	}
	width := width(s.To-s.From, s.interval)
	histogram, total := newBars(s, width), int64(0)
	if _, err := h.scan(c.http.Context(), l, s, func(f found) {
		histogram[min((int64(f.log.Time)-s.From)/width, int64(len(histogram)-1))].Count++
		total++
	}); err != nil {
		return answer{}, err
	}
	a, err := jsonAnswer(histogram)
	return a.with(headerCount, strconv.FormatInt(total, 10)).with(headerProgress, complete), err
}

// width is how many seconds a bar has.
func width(length, interval int64) int64 {
	if interval <= 0 {
		interval = (length + bars - 1) / bars
	}
	return max(1, interval, (length+maxBars-1)/maxBars)
}

func newBars(s *search, width int64) []bar {
	var all []bar
	for from := s.From; from < s.To || len(all) == 0; from += width {
		all = append(all, bar{From: from, To: max(from, min(from+width, s.To)), Progress: complete})
	}
	return all
}
