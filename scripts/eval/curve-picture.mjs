// The evidence curve as a picture: recall over beats, one panel for each window, one line for each jitter or loss.
import { beats, jitters, losses, recallOf } from './curve.mjs';

const [width, height] = [340, 220];
const [left, top, panelWidth, panelHeight] = [44, 34, 270, 140];
const x = (count) => left + (panelWidth * Math.log(count / beats[0])) / Math.log(beats.at(-1) / beats[0]);
const y = (recall) => top + panelHeight * (1 - recall);
// One hue, darker for less jitter or loss, so that the order shows in print too.
const shade = (place, of) => `hsl(212 70% ${28 + (44 * place) / Math.max(1, of - 1)}%)`;
const percent = (share) => `${Math.round(100 * share)} %`;

/** An SVG document of the measured curves. */
export function curvePicture(curves) {
  const panels = curves.flatMap(({ windowSeconds, points }) => [
    { title: `windows of ${windowSeconds} s, by jitter`, points, by: 'jitter', values: jitters },
    { title: `windows of ${windowSeconds} s, by lost beats`, points, by: 'missed', values: losses },
  ]);
  const drawn = panels.map((one, at) => panel(one, (at % 2) * width, Math.floor(at / 2) * height));
  const size = [2 * width, Math.ceil(panels.length / 2) * height];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size.join(' ')}" width="${size[0]}" height="${size[1]}" font-family="system-ui, sans-serif" font-size="11" role="img" aria-label="Share of planted beacons that are named, over beats in a day">`,
    `<rect width="${size[0]}" height="${size[1]}" fill="#fff"/>`,
    ...drawn,
    '</svg>',
    '',
  ].join('\n');
}

function panel({ title, points, by, values }, dx, dy) {
  const line = (of) => beats.map((count) => `${x(count).toFixed(1)},${y(of(count)).toFixed(1)}`).join(' ');
  const recall = (test, which) => (count) =>
    recallOf(points, (one) => one.count === count && test(one), which) ?? 0;
  const lines = values.map((value, at) => {
    const colour = shade(at, values.length);
    return [
      `<polyline fill="none" stroke="${colour}" stroke-width="1.8" points="${line(recall((one) => one[by] === value, 'low'))}"/>`,
      `<text x="${left + panelWidth - 36}" y="${top + panelHeight - 8 - 12 * (values.length - at)}" fill="${colour}">${percent(value)}</text>`,
    ].join('');
  });
  const grid = [0, 0.5, 0.95, 1].map(
    (share) =>
      `<line x1="${left}" x2="${left + panelWidth}" y1="${y(share)}" y2="${y(share)}" stroke="#ddd"/><text x="${left - 5}" y="${y(share) + (share === 0.95 ? 9 : 3)}" text-anchor="end" fill="#555">${percent(share)}</text>`,
  );
  const ticks = beats.map(
    (count) =>
      `<text x="${x(count)}" y="${top + panelHeight + 15}" text-anchor="middle" fill="#555">${count}</text>`,
  );
  return [
    `<g transform="translate(${dx} ${dy})">`,
    `<text x="${left}" y="18" font-weight="600" fill="#222">${title}</text>`,
    ...grid,
    ...ticks,
    `<polyline fill="none" stroke="#999" stroke-width="1.5" stroke-dasharray="4 3" points="${line(recall(() => true, 'rita'))}"/>`,
    ...lines,
    `<text x="${left}" y="${top + panelHeight + 30}" fill="#555">beats in a day; dashed: RITA's arithmetic, all of them</text>`,
    '</g>',
  ].join('\n');
}
