import { maskedCapture } from './capture/captured.ts';
import type { Logger } from './logger.ts';
import type { Monitors } from './monitor/monitors.ts';
import type { Registry } from './monitor/registry.ts';
import { parseCommand } from './mqtt/contract/commands.ts';
import type { BrokerClient } from './mqtt/contract/message.ts';
import type { Topics } from './mqtt/contract/topics.ts';

/** Those who do what is told over MQTT. */
export interface CommandWorld {
  readonly topics: Topics;
  readonly registry: Registry;
  readonly monitors: Monitors;
  readonly client: Pick<BrokerClient, 'publish'>;
  readonly log: Logger;
}

/** What it returns does what a message says that is a command, and leaves any other message alone. */
export function createCommandHandler({ topics, registry, monitors, client, log }: CommandWorld) {
  function tellRemoved(what: string, wasKnown: boolean): void {
    const doubt = ', which nobody knew: it is cleared from the broker all the same. Is the number right?';
    log.info(`Removed ${what}${wasKnown ? '' : doubt}`);
  }

  function removeInverter(ecuId: string, inverterId: string): void {
    const isListed = monitors.find(ecuId) !== undefined;
    const wasKnown = registry.removeInverter(ecuId, inverterId);
    tellRemoved(`inverter ${inverterId}`, wasKnown);
    if (wasKnown && isListed) {
      log.info(
        `Inverter ${inverterId} comes back as long as the ECU lists it: take it out there with the vendor's app`,
      );
    }
  }

  /** For a bug report, without a shell: to MQTT and to the log. */
  function capture(ecuId: string, replies: ReadonlyMap<string, Buffer>): void {
    if (replies.size === 0) {
      log.warn(`Nothing to capture: no ECU ${ecuId} has answered since the start`);
      return;
    }
    const captured = JSON.stringify(maskedCapture(replies));
    client.publish({ topic: topics.captured(ecuId), payload: captured, qos: 0, retain: false });
    // A person asked for it, whatever the log's level is.
    log.warn(`Capture with masked serial numbers, for a bug report: ${captured}`);
  }

  return (topic: string, payload: string): void => {
    const command = parseCommand(topic, payload, topics);
    const monitor = command === null ? undefined : monitors.find(command.ecuId);
    switch (command?.kind) {
      case 'refresh':
        monitor?.refresh();
        break;
      case 'restart':
        monitor?.restart();
        break;
      case 'order':
        if (monitor === undefined) {
          log.warn(`${topic} is not obeyed: no ECU ${command.ecuId} is read`);
        }
        monitor?.order(command.order);
        break;
      case 'remove':
        removeInverter(command.ecuId, command.inverterId);
        break;
      case 'removeEcu':
        if (monitor === undefined || (monitor.typedAddress === null && registry.ownerOf(command.ecuId) === null)) {
          tellRemoved(`ECU ${command.ecuId}`, registry.remove(command.ecuId));
        } else if (monitor.typedAddress === null) {
          log.warn(`ECU ${command.ecuId} is not removed: it is on your network, and would be found again`);
        } else {
          log.warn(`ECU ${command.ecuId} is not removed: take it out of the options first`);
        }
        break;
      case 'capture':
        capture(command.ecuId, monitor?.latest ?? new Map());
    }
  };
}
