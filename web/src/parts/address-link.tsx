import { urlOf } from '../route.ts';

/** An address that leads to its page. */
export function AddressLink({ of }: { readonly of: string | null | undefined }) {
  if (of == null) return <span class="faint">many</span>;
  return (
    <a class="address" href={urlOf('address', { of })}>
      {of}
    </a>
  );
}
