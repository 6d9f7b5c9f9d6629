import type { Language } from '../language.ts';
import type { Problem } from '../site/verdict.ts';

/** What is said of a problem; `{loss}`, `{from}` and `{to}` are filled in. */
interface Words {
  readonly dead: string;
  readonly offline: string;
  readonly shade: string;
  readonly fault: string;
  readonly dirt: string;
  readonly unclear: string;
}

const WORDS: Readonly<Record<Language, Words>> = {
  en: {
    dead: 'makes nothing while its neighbours work: look at the panel, its plug and its cable',
    offline: 'silent by day while other inverters work: look at its fuse and its connection',
    shade: '{loss} % less, lost from {from} to {to}: something new may shade it',
    fault: '{loss} % less all day, from one day to the next: a fault of the panel, its plug or the inverter',
    dirt: '{loss} % less all day, and it grew over weeks: dirt on this panel, or it ages',
    unclear: '{loss} % less than its neighbours let expect',
  },
  de: {
    dead: 'liefert nichts, während die Nachbarn arbeiten: Modul, Stecker und Kabel ansehen',
    offline: 'tagsüber stumm, während andere Wechselrichter arbeiten: Sicherung und Anschluss ansehen',
    shade: '{loss} % weniger, verloren von {from} bis {to}: etwas Neues könnte Schatten werfen',
    fault:
      '{loss} % weniger, den ganzen Tag und von einem Tag auf den anderen: Fehler an Modul, Stecker oder Wechselrichter',
    dirt: '{loss} % weniger, den ganzen Tag und über Wochen gewachsen: Schmutz auf diesem Modul, oder es altert',
    unclear: '{loss} % weniger, als die Nachbarn erwarten lassen',
  },
  fr: {
    dead: 'ne produit rien alors que ses voisins travaillent : vérifier le panneau, sa prise et son câble',
    offline: "muet en plein jour alors que d'autres onduleurs travaillent : vérifier son fusible et son raccordement",
    shade: '{loss} % de moins, perdus de {from} à {to} : quelque chose de nouveau lui fait peut-être de l’ombre',
    fault: "{loss} % de moins toute la journée, d'un jour à l'autre : défaut du panneau, de sa prise ou de l'onduleur",
    dirt: '{loss} % de moins toute la journée, et de plus en plus depuis des semaines : ce panneau est sale, ou il vieillit',
    unclear: '{loss} % de moins que ses voisins ne le laissent attendre',
  },
  nl: {
    dead: 'levert niets terwijl de buren werken: kijk naar paneel, stekker en kabel',
    offline: 'overdag stil terwijl andere omvormers werken: kijk naar zekering en aansluiting',
    shade: '{loss} % minder, verloren van {from} tot {to}: iets nieuws geeft misschien schaduw',
    fault: '{loss} % minder, de hele dag en van de ene dag op de andere: een fout in paneel, stekker of omvormer',
    dirt: '{loss} % minder, de hele dag en in weken gegroeid: vuil op dit paneel, of het veroudert',
    unclear: '{loss} % minder dan de buren doen verwachten',
  },
  es: {
    dead: 'no produce nada mientras sus vecinos trabajan: revisar el panel, su conector y su cable',
    offline: 'en silencio de día mientras otros inversores trabajan: revisar su fusible y su conexión',
    shade: '{loss} % menos, perdido de {from} a {to}: algo nuevo puede darle sombra',
    fault: '{loss} % menos todo el día, de un día para otro: un fallo del panel, de su conector o del inversor',
    dirt: '{loss} % menos todo el día, y ha crecido en semanas: suciedad en este panel, o envejece',
    unclear: '{loss} % menos de lo que sus vecinos dejan esperar',
  },
};

/** Why, in words. */
export function reasonOf({ kind, cause, loss, hours }: Omit<Problem, 'reason'>, language: Language): string {
  const words = WORDS[language];
  const text = kind === 'dead' || kind === 'offline' ? words[kind] : words[cause ?? 'unclear'];
  const [from, to] = hours ?? [0, 0];
  return text
    .replace('{loss}', String(loss ?? 0))
    .replace('{from}', timeOf(from))
    .replace('{to}', timeOf(to));
}

function timeOf(hour: number): string {
  const minutes = Math.round((hour % 1) * 60);
  return `${String(Math.floor(hour)).padStart(2, '0')}:${String(minutes).padStart(2, '0')}`;
}
