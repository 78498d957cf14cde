import * as v from 'valibot';
import { text, time } from './values.ts';

export const verdict = v.picklist(['benign', 'suspicious', 'malicious']);

/** What a hunter said of an address, a network, an AS number or an organisation. */
export const mark = v.object({
  target: v.pipe(v.string(), v.description('Address, CIDR, AS number (AS64500) or organisation')),
  verdict,
  note: text,
  at: time,
});
