import { useRef, useState } from 'preact/hooks';
import { frameOf, UNIT } from '../src/roof/frame.ts';
import type { Layout } from '../src/roof/layout.ts';
import { drawnPicture, type Picture, readPicture } from './background.ts';
import { FileButton } from './fileButton.tsx';
import { words } from './words.ts';

interface BackgroundFieldsProps {
  readonly layout: Layout;
  readonly onChange: (layout: Layout) => void;
  readonly onMessage: (message: string) => void;
}

/** The picture behind the panels: which one, and how big. */
export function BackgroundFields({ layout, onChange: change, onMessage }: BackgroundFieldsProps) {
  const [picture, setPicture] = useState<Picture | null>(null);
  // Panels may be moved while a picture is read.
  const newest = useRef(layout);
  newest.current = layout;

  async function choosePicture(file: File | undefined): Promise<void> {
    try {
      const width = frameOf(layout).width / UNIT + 2;
      if (file !== undefined) {
        show(await readPicture(file, width));
      }
    } catch {
      onMessage(words.badPicture);
    }
  }
  function show(next: Picture): void {
    setPicture(next);
    change({ ...newest.current, background: drawnPicture(next) });
  }

  return (
    <>
      <FileButton name={words.background} accept="image/png,image/jpeg,image/webp" onFile={choosePicture} />
      {picture !== null && layout.background !== null && (
        <>
          <button type="button" onClick={() => show({ ...picture, width: picture.width * 1.1 })}>
            {words.bigger}
          </button>
          <button type="button" onClick={() => show({ ...picture, width: picture.width / 1.1 })}>
            {words.smaller}
          </button>
        </>
      )}
      {layout.background !== null && (
        <button type="button" onClick={() => change({ ...layout, background: null })}>
          {words.remove}
        </button>
      )}
    </>
  );
}
