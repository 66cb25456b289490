<?php

// Puts each case on standard input to the snippet of docs/webhooks.md and prints what it said of them.
require __DIR__ . '/verify_webhook.php';

$cases = json_decode(stream_get_contents(STDIN), true, 512, JSON_THROW_ON_ERROR);
echo json_encode(array_map(
    fn (array $case) => $case['simple'] === null
        ? verify_webhook($case['secret'], $case['headers'], $case['body'], $case['now'])
        : verify_simple($case['secret'], $case['simple'], $case['body']),
    $cases,
));
