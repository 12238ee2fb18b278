import { type EChartsOption, init } from 'echarts';

import { severityColors } from '../monitoring/panel.ts';
import type { PanelData, PanelLine } from './panel-data.ts';

const WIDTH = 880;
const HEIGHT = 400;
const FONT = 'ui-sans-serif, system-ui, -apple-system, Segoe UI, Helvetica, Arial, sans-serif';
const TEXT = '#d1d7e0';
const MUTED = '#9198a1';

/** Colors of Grafana's dark theme, keyed by Grafana's names. */
const COLORS: Readonly<Record<string, string>> = {
  'dark-red': '#c4162a',
  red: '#f2495c',
  orange: '#ff9830',
  yellow: '#fade2a',
  'light-blue': '#8ab8ff',
  text: '#ccccdc',
};

const SUBTITLE =
  'Query of the dashboard panel, run against Prometheus with six weeks of generated data. Not a Grafana screenshot.';

/** Draws a panel as SVG. Needs no browser. */
export function drawChart(panel: PanelData): string {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width: WIDTH, height: HEIGHT });
  chart.setOption(chartOption(panel));
  const svg = chart.renderToSVGString();
  chart.dispose();
  return `${svg}\n`;
}

function chartOption({ title, lines }: PanelData): EChartsOption {
  return {
    animation: false,
    useUTC: true,
    backgroundColor: '#181b1f',
    textStyle: { fontFamily: FONT, color: TEXT },
    title: {
      text: title,
      subtext: SUBTITLE,
      left: 16,
      top: 12,
      textStyle: { color: TEXT, fontSize: 16, fontFamily: FONT },
      subtextStyle: { color: MUTED, fontSize: 12, fontFamily: FONT },
    },
    legend: {
      bottom: 12,
      icon: 'roundRect',
      itemWidth: 14,
      itemHeight: 4,
      itemGap: 24,
      textStyle: { color: TEXT, fontFamily: FONT },
    },
    grid: { left: 56, right: 28, top: 76, bottom: 72 },
    xAxis: {
      type: 'time',
      axisLine: { lineStyle: { color: MUTED } },
      axisLabel: { color: MUTED, formatter: '{MMM} {d}', hideOverlap: true },
    },
    yAxis: {
      type: 'value',
      axisLabel: { color: MUTED },
      splitLine: { lineStyle: { color: '#2c3036' } },
    },
    series: Object.keys(severityColors).flatMap((severity) =>
      lines.filter((line) => line.severity === severity).map((line) => lineSeries(line)),
    ),
  };
}

/** Draws the line in steps, because a value is valid until the next push. */
function lineSeries({ severity, points }: PanelLine): { type: 'line' } & Record<string, unknown> {
  const color = COLORS[severityColors[severity] ?? 'text'] ?? MUTED;
  return {
    type: 'line',
    name: severity,
    step: 'end',
    showSymbol: false,
    color,
    lineStyle: { width: 2 },
    areaStyle: { opacity: 0.05 },
    data: points.map(([timeMs, findings]) => [timeMs, findings]),
  };
}
