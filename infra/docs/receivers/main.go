// Puts each case on standard input to the snippet of docs/webhooks.md and prints what it said of them.
package main

import (
	"encoding/json"
	"net/http"
	"os"
	"time"

	"receiver/webhook"
)

type receivedCase struct {
	Secret  string            `json:"secret"`
	Headers map[string]string `json:"headers"`
	Simple  *string           `json:"simple"`
	Body    string            `json:"body"`
	Now     int64             `json:"now"`
}

func answer(c receivedCase) bool {
	if c.Simple != nil {
		return webhook.VerifySimple(c.Secret, *c.Simple, []byte(c.Body))
	}
	header := http.Header{}
	for name, value := range c.Headers {
		header.Set(name, value)
	}
	return webhook.Verify(c.Secret, header, []byte(c.Body), time.Unix(c.Now, 0))
}

func main() {
	var cases []receivedCase
	if err := json.NewDecoder(os.Stdin).Decode(&cases); err != nil {
		panic(err)
	}
	answers := make([]bool, 0, len(cases))
	for _, c := range cases {
		answers = append(answers, answer(c))
	}
	if err := json.NewEncoder(os.Stdout).Encode(answers); err != nil {
		panic(err)
	}
}
