export interface Box {
  readonly width: number;
  readonly height: number;
}

interface GridOptions {
  readonly count: number;
  readonly area: Box;
  readonly gap: number;
  /** Width by height of a tile. */
  readonly ratio: number;
  /** Below this width tiles stop shrinking and the grid scrolls. */
  readonly minWidth: number;
}

/** The biggest size at which all tiles fit into the area side by side, in whole CSS pixels. */
export function tileSize({ count, area, gap, ratio, minWidth }: GridOptions): Box {
  let best = 0;
  for (let columns = 1; columns <= Math.max(1, count); columns++) {
    const rows = Math.ceil(count / columns);
    const byWidth = (area.width - gap * (columns - 1)) / columns;
    const byHeight = ((area.height - gap * (rows - 1)) / rows) * ratio;
    best = Math.max(best, Math.min(byWidth, byHeight));
  }
  const width = Math.floor(Math.min(area.width, Math.max(best, minWidth)));
  return { width, height: Math.floor(width / ratio) };
}
