/** What undici, got and jest need, and where `import.meta.dirname` exists; the same as `engines` in package.json. */
const LEAST = [20, 19];

/** @returns {string | undefined} what to tell a person whose Node is too old */
export function nodeProblem(version) {
  const [major, minor] = version.split('.').map(Number);
  if (major > LEAST[0] || (major === LEAST[0] && minor >= LEAST[1])) return undefined;
  return `Switchboard needs Node ${LEAST.join('.')} or later, and this is Node ${version}. Get a current one from https://nodejs.org/ and run the command again.`;
}
