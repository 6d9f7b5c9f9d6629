import { render } from 'preact';
import { roofStyle } from '../src/roof/theme.ts';
import { App } from './app.tsx';
import { language, words } from './words.ts';
import './style.css';

document.documentElement.lang = language;
document.title = words.title;
// The drawing's own rules: a style element would be refused, since nothing inline is allowed.
const sheet = new CSSStyleSheet();
sheet.replaceSync(roofStyle('auto'));
document.adoptedStyleSheets = [sheet];
const place = document.getElementById('app');
if (place !== null) {
  render(<App />, place);
}
