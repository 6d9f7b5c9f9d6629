import { isWebServer } from '../ecu/garbled.ts';
import { ecuModel } from '../ecu/models.ts';
import type { EcuSummary } from '../ecu/summary.ts';
import type { EnergyNote } from '../energy/lifetime.ts';
import { type EcuError, EcuSilentError, MalformedReplyError } from '../errors.ts';

/** What the log calls an ECU, or the device at an address where none is known. */
export function nameOf(ecuId: string | null, where: string): string {
  return ecuId === null ? `The device at ${where}` : `${ecuModel(ecuId).name} ${ecuId}`;
}

/** What an ECU says of itself, in a few words. */
export function describeEcu({ firmware, invertersRegistered, invertersOnline }: EcuSummary): string {
  const count = `${invertersRegistered} ${invertersRegistered === 1 ? 'inverter' : 'inverters'}`;
  return [`firmware ${firmware}`, count, `${invertersOnline} online`].join(', ');
}

/** Why a poll came to nothing, and what to do about it. @param ecuId null where no ECU is known at this address */
export function describeFailure(error: EcuError, where: string, ecuId: string | null): string {
  if (error instanceof MalformedReplyError) {
    return ecuId === null
      ? `${strangerAt(where, error)}. Is this the ECU's address? Trying again`
      : `${nameOf(ecuId, where)} ${unusable(where, error)}. The last values stay for now`;
  }
  if (!(error instanceof EcuSilentError)) {
    return `${nameOf(ecuId, where)}: ${error.message}`;
  }
  if (ecuId === null && error.wasConnected) {
    return (
      `No ECU found: ${error.message}. If it is the ECU that takes the connection there: it serves one at a time, ` +
      "so close the vendor's app and every other program that reads it. Trying again"
    );
  }
  if (ecuId === null) {
    return (
      `No ECU found: ${error.message}. Is the address right, and the ECU on this network? ` +
      'An ECU-R (2160…) and an ECU-B (2163…) answer on their WiFi only, with the network cable out. Trying again'
    );
  }
  const words = `${nameOf(ecuId, where)} does not answer: ${error.message}. ${causeOf(error, ecuId)}`;
  return `${words}Its live values are unavailable. Trying again`;
}

/** What the guard has made of a lifetime energy. @param ecu what the log calls it */
export function describeEnergy({ kind, from, to, published }: EnergyNote, ecu: string): string {
  if (kind === 'recovered') {
    return `${ecu} reports a lifetime energy that is plausible again: ${to} kWh`;
  }
  const change = `a lifetime energy of ${to} kWh after ${from} kWh`;
  if (kind === 'held') {
    // A 0 is never believed, however long it stays.
    const wayOut = to === 0 ? 'until it counts again' : 'unless it goes on counting from there for an hour of daylight';
    return `${ecu} reports ${change}, which is impossible. Showing ${from} kWh ${wayOut}`;
  }
  const goesOn = published === to ? '' : `. What is published goes on from ${published} kWh, so that no energy is lost`;
  return `${ecu} has reported ${change} for an hour: it is accepted${goesOn}`;
}

/** What a known ECU's silence mostly comes from. */
function causeOf({ wasConnected }: EcuSilentError, ecuId: string): string {
  if (wasConnected) {
    return "It serves one program at a time: is the vendor's app open, or does another program read it? ";
  }
  return ecuModel(ecuId).isWifiOnly ? 'It answers on its WiFi only: is its network cable in? ' : '';
}

function strangerAt(where: string, error: MalformedReplyError): string {
  return isWebServer(error)
    ? `A web server answers at ${where}, which is not the ECU`
    : `Something answers at ${where}, but not as an ECU does: ${garbled(error)}`;
}

function unusable(where: string, error: MalformedReplyError): string {
  return isWebServer(error) ? `is not what answers at ${where} now: that is a web server` : `sent ${garbled(error)}`;
}

/** Where not even the beginning is right, the rest of the reason says nothing to anybody. */
function garbled({ offset, message }: MalformedReplyError): string {
  return offset === 0 ? 'a garbled reply (its bytes are told at debug)' : `a reply that cannot be used (${message})`;
}
