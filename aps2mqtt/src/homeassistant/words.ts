import type { Language, Translations } from '../language.ts';
import { EXTRA_WORDS } from './extraWords.ts';

/**
 * The names of entities and devices, by their English ones. `#` stands for the number of a panel, or the number or
 * letter of a phase. The words are those of Home Assistant's own translations, where it has them.
 */
export const WORDS: Readonly<Record<string, Translations>> = {
  Inverter: { de: 'Wechselrichter', fr: 'Micro-onduleur', nl: 'Omvormer', es: 'Microinversor' },
  Power: { de: 'Leistung', fr: 'Puissance', nl: 'Vermogen', es: 'Potencia' },
  Energy: { de: 'Energie', fr: 'Énergie', nl: 'Energie', es: 'Energía' },
  'Energy today': { de: 'Energie heute', fr: "Énergie aujourd'hui", nl: 'Energie vandaag', es: 'Energía hoy' },
  'Lifetime energy': { de: 'Energie gesamt', fr: 'Énergie totale', nl: 'Totale energie', es: 'Energía total' },
  'Counted energy': { de: 'Gezählte Energie', fr: 'Énergie comptée', nl: 'Getelde energie', es: 'Energía contada' },
  'Counted energy today': {
    de: 'Gezählte Energie heute',
    fr: "Énergie comptée aujourd'hui",
    nl: 'Getelde energie vandaag',
    es: 'Energía contada hoy',
  },
  'Inverters registered': {
    de: 'Registrierte Wechselrichter',
    fr: 'Micro-onduleurs enregistrés',
    nl: 'Geregistreerde omvormers',
    es: 'Microinversores registrados',
  },
  'Inverters online': {
    de: 'Wechselrichter online',
    fr: 'Micro-onduleurs en ligne',
    nl: 'Omvormers online',
    es: 'Microinversores en línea',
  },
  'Last update': {
    de: 'Letzte Aktualisierung',
    fr: 'Dernière mise à jour',
    nl: 'Laatste update',
    es: 'Última actualización',
  },
  Roof: { de: 'Dach', fr: 'Toit', nl: 'Dak', es: 'Tejado' },
  'Roof of all ECUs': {
    de: 'Dach aller ECUs',
    fr: 'Toit de toutes les ECU',
    nl: "Dak van alle ECU's",
    es: 'Tejado de todas las ECU',
  },
  Firmware: { de: 'Firmware', fr: 'Micrologiciel', nl: 'Firmware', es: 'Firmware' },
  Refresh: { de: 'Aktualisieren', fr: 'Actualiser', nl: 'Vernieuwen', es: 'Actualizar' },
  Restart: { de: 'Neu starten', fr: 'Redémarrer', nl: 'Herstarten', es: 'Reiniciar' },
  Online: { de: 'Online', fr: 'En ligne', nl: 'Online', es: 'En línea' },
  Signal: { de: 'Signal', fr: 'Signal', nl: 'Signaal', es: 'Señal' },
  Temperature: { de: 'Temperatur', fr: 'Température', nl: 'Temperatuur', es: 'Temperatura' },
  'Grid frequency': { de: 'Netzfrequenz', fr: 'Fréquence du réseau', nl: 'Netfrequentie', es: 'Frecuencia de red' },
  'Grid voltage': { de: 'Netzspannung', fr: 'Tension du réseau', nl: 'Netspanning', es: 'Tensión de red' },
  'Mean phase voltage': {
    de: 'Mittlere Phasenspannung',
    fr: 'Tension moyenne des phases',
    nl: 'Gemiddelde fasespanning',
    es: 'Tensión media de las fases',
  },
  'Phase # voltage': { de: 'Spannung Phase #', fr: 'Tension phase #', nl: 'Spanning fase #', es: 'Tensión fase #' },
  'Grid voltage at panel #': {
    de: 'Netzspannung an Modul #',
    fr: 'Tension du réseau au panneau #',
    nl: 'Netspanning bij paneel #',
    es: 'Tensión de red en el panel #',
  },
  'Panel # power': {
    de: 'Leistung Modul #',
    fr: 'Puissance panneau #',
    nl: 'Vermogen paneel #',
    es: 'Potencia panel #',
  },
  'Panel # energy': { de: 'Energie Modul #', fr: 'Énergie panneau #', nl: 'Energie paneel #', es: 'Energía panel #' },
  'Panel # energy today': {
    de: 'Energie Modul # heute',
    fr: "Énergie panneau # aujourd'hui",
    nl: 'Energie paneel # vandaag',
    es: 'Energía panel # hoy',
  },
  'Panel # against its neighbours': {
    de: 'Modul # gegen die Nachbarn',
    fr: 'Panneau # face à ses voisins',
    nl: 'Paneel # tegen de buren',
    es: 'Panel # frente a sus vecinos',
  },
  Problem: { de: 'Problem', fr: 'Problème', nl: 'Probleem', es: 'Problema' },
  'Array problem': {
    de: 'Problem der Anlage',
    fr: "Problème de l'installation",
    nl: 'Probleem van de installatie',
    es: 'Problema de la instalación',
  },
  ...EXTRA_WORDS,
};

const NUMBER = /\d+|\b[ABC]$/;

/** An English name in a language; the English one where nobody has translated it. */
export function inLanguage(english: string, language: Language): string {
  if (language === 'en') {
    return english;
  }
  const [number = '#'] = NUMBER.exec(english) ?? [];
  const words = WORDS[english.replace(NUMBER, '#')];
  return words?.[language].replace('#', number) ?? english;
}
