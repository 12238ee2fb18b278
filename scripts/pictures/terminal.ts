import { parseAnsiLine, type Span } from './ansi.ts';
import { escapeXml } from './xml.ts';

const COLUMNS = 80;
const CELL = { width: 8.4, height: 19 };
const FONT_SIZE = 14;
const PADDING = 16;
const TITLE_BAR = 32;

const BACKGROUND = '#0d1117';
const FOREGROUND = '#d1d7e0';
const DIM = '#6e7681';
const COLORS: Readonly<Record<number, string>> = {
  31: '#ff7b72',
  32: '#3fb950',
  33: '#e3b341',
  34: '#79c0ff',
  35: '#d2a8ff',
  36: '#56d4dd',
  90: '#8b949e',
};

/** Draws a terminal window of 80 columns with the command and its output. */
export function drawTerminal(command: string, output: string): string {
  const lines = [`\u001B[32m$\u001B[39m ${command}`, ...output.trimEnd().split('\n')];
  const width = Math.ceil(COLUMNS * CELL.width + 2 * PADDING);
  const height = TITLE_BAR + lines.length * CELL.height + PADDING;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">
<title>Output of ${escapeXml(command)}</title>
<rect width="${width}" height="${height}" rx="8" fill="${BACKGROUND}"/>
<circle cx="20" cy="16" r="5.5" fill="#ff5f57"/><circle cx="39" cy="16" r="5.5" fill="#febc2e"/><circle cx="58" cy="16" r="5.5" fill="#28c840"/>
<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', 'Liberation Mono', monospace" font-size="${FONT_SIZE}" xml:space="preserve">
${lines.map((line, row) => drawLine(line, row)).join('\n')}
</g>
</svg>
`;
}

function drawLine(line: string, row: number): string {
  const top = TITLE_BAR + row * CELL.height;
  let column = 0;
  const parts = parseAnsiLine(line).map((span) => {
    const drawn = drawSpan(span, column, top);
    column += span.text.length;
    return drawn;
  });
  return parts.join('');
}

/** Places each word by its column, so that fonts of other widths keep the table aligned. */
function drawSpan({ text, codes }: Span, column: number, top: number): string {
  const color = colorOf(codes);
  const words = Array.from(text.matchAll(/\S+(?: \S+)*/g), ({ 0: word, index }) => {
    const x = round(PADDING + (column + index) * CELL.width);
    const width = round(word.length * CELL.width);
    if (/^█+$/.test(word)) return drawBar({ x, width, top, color });
    const weight = codes.has(1) ? ' font-weight="bold"' : '';
    return `<text x="${x}" y="${round(top + 0.74 * CELL.height)}" fill="${color}"${weight} textLength="${width}">${escapeXml(word)}</text>`;
  });
  return words.join('');
}

interface Bar {
  readonly x: number;
  readonly width: number;
  readonly top: number;
  readonly color: string;
}

/** Draws a rectangle instead of block characters, which leave gaps in many fonts. */
function drawBar({ x, width, top, color }: Bar): string {
  return `<rect x="${x}" y="${round(top + 2)}" width="${width}" height="${CELL.height - 4}" fill="${color}"/>`;
}

function colorOf(codes: ReadonlySet<number>): string {
  if (codes.has(2)) return DIM;
  const color = [...codes].map((code) => COLORS[code]).find((found) => found !== undefined);
  return color ?? FOREGROUND;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
