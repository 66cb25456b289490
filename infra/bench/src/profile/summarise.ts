import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** What a function took by itself, without what it called. */
export interface SelfTime {
  /** `name  file:line` */
  function: string;
  /** Of the time in which the process did something, 0 to 1. */
  share: number;
}

export interface ProfileSummary {
  file: string;
  /** Of the whole time, 0 to 1: near 1 the process is what limits. */
  busy_share: number;
  top: SelfTime[];
}

interface CpuProfile {
  nodes: { id: number; callFrame: { functionName: string; url: string; lineNumber: number } }[];
  samples: number[];
  timeDeltas: number[];
}

const SHOWN_FUNCTIONS = 20;
const IDLE = '(idle)';
/** `CPU.<date>.<time>.<process>.<thread>.<number>.cpuprofile`; thread 0 is the one that does the work. */
const OF_MAIN_THREAD = /^CPU\.\d+\.\d+\.\d+\.0\.\d+\.cpuprofile$/;

/** The profiles that the processes of a run left in a folder and those below it. */
export function summariseFolder(folder: string): ProfileSummary[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => OF_MAIN_THREAD.test(path.basename(file)))
    .sort()
    .map((file) => {
      const profile = JSON.parse(readFileSync(path.join(folder, file), 'utf8')) as CpuProfile;
      return { file, ...summariseProfile(profile) };
    });
}

export function summariseProfile({ nodes, samples, timeDeltas }: CpuProfile): Omit<ProfileSummary, 'file'> {
  const nameOf = new Map(nodes.map(({ id, callFrame }) => [id, describe(callFrame)]));
  const selfTimes = new Map<string, number>();
  let all = 0;
  for (const [index, id] of samples.entries()) {
    const delta = Math.max(0, timeDeltas[index] ?? 0);
    const name = nameOf.get(id) ?? '(unknown)';
    selfTimes.set(name, (selfTimes.get(name) ?? 0) + delta);
    all += delta;
  }
  const busy = all - (selfTimes.get(IDLE) ?? 0);
  selfTimes.delete(IDLE);
  const top = [...selfTimes]
    .sort(([, a], [, b]) => b - a)
    .slice(0, SHOWN_FUNCTIONS)
    .map(([name, time]) => ({ function: name, share: time / Math.max(1, busy) }));
  return { busy_share: busy / Math.max(1, all), top };
}

function describe({ functionName, url, lineNumber }: CpuProfile['nodes'][number]['callFrame']): string {
  const name = functionName || '(anonymous)';
  return url === '' ? name : `${name}  ${shortPath(url)}:${lineNumber + 1}`;
}

/** From the package's name on, or from the repository's folder on. */
function shortPath(url: string): string {
  const inPackage = url.lastIndexOf('/node_modules/');
  if (inPackage >= 0) return url.slice(inPackage + '/node_modules/'.length);
  return /(services|packages|infra)\/.*$/.exec(url)?.[0] ?? url;
}

export function summaryLines({ file, busy_share, top }: ProfileSummary): string[] {
  return [
    `${file}: busy ${Math.round(busy_share * 100)} % of its time; of that`,
    ...top.map(({ function: name, share }) => `  ${(share * 100).toFixed(1).padStart(5)} %  ${name}`),
  ];
}
