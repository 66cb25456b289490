// Exit code 0 where the URL in the first argument answers 2xx. The images have Node and no curl.
const TIMEOUT_MS = 4_000;

try {
  const response = await fetch(process.argv[2], { signal: AbortSignal.timeout(TIMEOUT_MS) });
  if (!response.ok) console.error(`${response.status} ${await response.text()}`);
  process.exitCode = response.ok ? 0 : 1;
} catch (error) {
  console.error(`${process.argv[2]} does not answer: ${error.cause?.code ?? error.name}`);
  process.exitCode = 1;
}
