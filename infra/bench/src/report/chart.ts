import { meets, type Bound } from '../scenarios/scenario.js';
import { shown, shownBound } from './numbers.js';
import type { Results } from './results.js';

/** One bar: what was reached as a share of its goal. */
interface Bar {
  label: string;
  text: string;
  /** 1 is the goal. */
  share: number;
  isMet: boolean;
  kind: 'value' | 'ratio';
}

const WIDTH = 1_060;
const LABEL_WIDTH = 330;
const TEXT_WIDTH = 350;
const BAR_HEIGHT = 16;
const ROW_HEIGHT = 24;
const TOP = 64;
/** Twice the goal is the end of the scale; a longer bar is cut there. */
const LONGEST_SHARE = 2;
const PLOT_WIDTH = WIDTH - LABEL_WIDTH - TEXT_WIDTH;

/** Every figure that has a goal, and every ratio to a yardstick that has one, each against its goal. */
export function chart(results: Results): string {
  const bars = results.scenarios.flatMap(({ scenario, figures }) =>
    figures.flatMap(({ name, value, unit, goal, ratios }) => [
      ...(goal ? [bar(`${scenario}: ${name}`, value, unit, goal, 'value')] : []),
      ...ratios.flatMap(({ to, value: share, goal: wanted }) =>
        wanted ? [bar(`${scenario}: ${name}`, share, `of ${to}`, wanted, 'ratio')] : [],
      ),
    ]),
  );
  const height = TOP + bars.length * ROW_HEIGHT + 24;
  const { machine, started_at } = results;
  const about = `${started_at.slice(0, 10)} · ${machine.cpus} cores · Node ${machine.node} · PostgreSQL ${machine.postgres} · Redis ${machine.redis}`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="system-ui, sans-serif" font-size="12">`,
    `<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>`,
    `<text x="12" y="22" font-size="15" font-weight="600">Switchboard against its goals (dark: the value itself; light: as a ratio to a yardstick of the same run)</text>`,
    `<text x="12" y="42" fill="#555555">${escapeXml(about)}</text>`,
    ...bars.map((one, index) => barElements(one, TOP + index * ROW_HEIGHT)),
    goalLine(height),
    '</svg>',
    '',
  ].join('\n');
}

/** Where less is better, the bar grows with how far the value stays below its goal. */
function bar(label: string, value: number, unit: string, goal: Bound, kind: Bar['kind']): Bar {
  const share = 'at_least' in goal ? value / goal.at_least : goal.at_most / Math.max(value, Number.EPSILON);
  return { label, text: `${shown(value)} ${unit} (${shownBound(goal)})`, share, isMet: meets(value, goal), kind };
}

const COLOURS = { value: { met: '#2f855a', missed: '#c05621' }, ratio: { met: '#68a98b', missed: '#e0a17a' } };

function barElements({ label, text, share, isMet, kind }: Bar, y: number): string {
  const width = Math.round((Math.min(share, LONGEST_SHARE) / LONGEST_SHARE) * PLOT_WIDTH);
  const middle = y + BAR_HEIGHT - 4;
  return [
    `<text x="12" y="${middle}">${escapeXml(label)}</text>`,
    `<rect x="${LABEL_WIDTH}" y="${y}" width="${Math.max(width, 1)}" height="${BAR_HEIGHT}" fill="${COLOURS[kind][isMet ? 'met' : 'missed']}"/>`,
    `<text x="${LABEL_WIDTH + PLOT_WIDTH + 10}" y="${middle}" fill="#333333">${escapeXml(text)}</text>`,
  ].join('\n');
}

function goalLine(height: number): string {
  const x = LABEL_WIDTH + PLOT_WIDTH / LONGEST_SHARE;
  return [
    `<line x1="${x}" y1="${TOP - 8}" x2="${x}" y2="${height - 20}" stroke="#1a202c" stroke-dasharray="4 3"/>`,
    `<text x="${x}" y="${height - 6}" text-anchor="middle" fill="#1a202c">goal</text>`,
  ].join('\n');
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
