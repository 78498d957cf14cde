import * as v from 'valibot';
import { verdicts } from '../../marks/mark.ts';
import { listOf, number, text, time } from './values.ts';

export const verdict = v.picklist(verdicts);

/** What a hunter said of an address, a network, an AS number or an organisation. */
const made = {
  target: v.pipe(v.string(), v.description('Address, CIDR, AS number (AS64500) or organisation')),
  port: v.pipe(number, v.description('The service port that it holds for; null for any')),
  local: v.pipe(text, v.description('The local address or CIDR that it holds for; null for any')),
  verdict,
  note: text,
  by: v.string(),
  at: time,
};

/** A mark beside what it is about. */
export const shownMark = v.object({
  ...made,
  changes: v.pipe(listOf(v.string()), v.description('How the traffic changed its character since')),
});

/** A mark as it was made. */
export const mark = v.object(made);
