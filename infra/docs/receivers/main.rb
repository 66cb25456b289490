# Puts each case on standard input to the snippet of docs/webhooks.md and prints what it said of them.
require "json"
require_relative "verify_webhook"

cases = JSON.parse($stdin.read.force_encoding(Encoding::UTF_8))
puts JSON.generate(cases.map { |received|
  secret, headers, simple, body, now = received.values_at("secret", "headers", "simple", "body", "now")
  simple ? Webhook.verify_simple(secret, simple, body) : Webhook.verify(secret, headers, body, now: now)
})
