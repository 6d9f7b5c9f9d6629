import { useEffect, useState } from 'preact/hooks';
import { UNIT } from '../src/roof/frame.ts';
import { PIXELS_PER_WIDTH } from '../src/roof/layout.ts';

/** What is kept of a picture: resized here, so that no more than needed is sent and stored. */

const LARGEST = 1_000_000;

export interface Picture {
  readonly bitmap: ImageBitmap;
  /** In panel widths. */
  readonly width: number;
}

/** @throws when it is no picture */
export async function readPicture(file: Blob, width: number): Promise<Picture> {
  return { bitmap: await createImageBitmap(file), width };
}

/** As a data URL in which 60 pixels are a panel's width, of at most 1 MB. */
export function drawnPicture({ bitmap, width }: Picture): string {
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(width * PIXELS_PER_WIDTH);
  canvas.height = Math.round((canvas.width * bitmap.height) / bitmap.width);
  canvas.getContext('2d')?.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  let quality = 0.85;
  let url = canvas.toDataURL('image/jpeg', quality);
  while (url.length > LARGEST && quality > 0.2) {
    quality -= 0.1;
    url = canvas.toDataURL('image/jpeg', quality);
  }
  return url;
}

/** As the drawing wants it: hundredths of a panel's width. */
export interface Background {
  readonly href: string;
  readonly width: number;
  readonly height: number;
}

/** How big the layout's picture is; null without one, and until it is read. */
export function useBackground(url: string | null): Background | null {
  const [background, setBackground] = useState<Background | null>(null);
  useEffect(() => {
    setBackground(null);
    if (url === null) {
      return;
    }
    const image = new Image();
    const scale = UNIT / PIXELS_PER_WIDTH;
    image.onload = () =>
      setBackground({ href: url, width: image.naturalWidth * scale, height: image.naturalHeight * scale });
    image.src = url;
    return () => {
      image.onload = null;
    };
  }, [url]);
  return background;
}
