import { expect, test } from 'vitest';
import { tileSize } from './tile-layout.ts';

const options = { gap: 10, ratio: 16 / 9, minWidth: 120 };

test('one tile fills the width or the height', () => {
  expect(tileSize({ ...options, count: 1, area: { width: 1600, height: 2000 } })).toEqual({
    width: 1600,
    height: 900,
  });
  expect(tileSize({ ...options, count: 1, area: { width: 3000, height: 900 } })).toEqual({
    width: 1600,
    height: 900,
  });
});

test('two tiles stand side by side on a wide area and above each other on a narrow one', () => {
  expect(tileSize({ ...options, count: 2, area: { width: 1210, height: 600 } }).width).toBe(600);
  expect(tileSize({ ...options, count: 2, area: { width: 340, height: 700 } }).width).toBe(340);
});

test('all tiles fit into the area until the least width is reached', () => {
  const area = { width: 900, height: 600 };
  for (let count = 1; count <= 20; count++) {
    const { width, height } = tileSize({ ...options, count, area });
    const columns = Math.floor((area.width + options.gap) / (width + options.gap));
    const rows = Math.ceil(count / columns);
    expect(rows * height + (rows - 1) * options.gap).toBeLessThanOrEqual(area.height + 1);
  }
  expect(tileSize({ ...options, count: 300, area }).width).toBe(120);
});

test('no area is no size', () => {
  expect(tileSize({ ...options, count: 3, area: { width: 0, height: 0 } }).width).toBe(0);
});
