/** Where the panels lie on the roof. Shared by picture, page and API: nothing in it needs Node or a browser. */

export interface Side {
  /** Any short text; panels refer to it. */
  readonly id: string;
  readonly name: string;
  /** `#rrggbb`; left out for one that is chosen by the side's place in the list. */
  readonly color?: string;
}

export interface PlacedPanel {
  /** 12 digits. */
  readonly inverter: string;
  /** From 1. */
  readonly panel: number;
  /** Of the panel's middle, in panel widths; to the right. */
  readonly x: number;
  /** Of the panel's middle, in panel widths; downwards. */
  readonly y: number;
  /** Degrees clockwise, 0 to 360 (360 left out). */
  readonly angle: number;
  /** Id of a side; null for none. */
  readonly side: string | null;
  /** The person's name for it; empty for none. */
  readonly name: string;
}

export interface Layout {
  readonly version: 1;
  readonly sides: readonly Side[];
  readonly panels: readonly PlacedPanel[];
  /**
   * A picture behind the panels as a data URL of PNG, JPEG or WebP; null for none. 60 of its pixels are a panel's width,
   * and its upper left corner is at `BACKGROUND_AT`.
   */
  readonly background: string | null;
}

/** In panel widths. */
export const PANEL_HEIGHT = 1.6;
export const PIXELS_PER_WIDTH = 60;
export const BACKGROUND_AT = { x: -1.5, y: -1.5 } as const;

export const EMPTY_LAYOUT: Layout = { version: 1, sides: [], panels: [], background: null };

/** How a panel is called in the page and the API: `704000000011/1`. */
export const panelKey = (inverter: string, panel: number) => `${inverter}/${panel}`;
