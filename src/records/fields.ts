/** What a field holds, and with it how its text is checked and in which column type it is kept. */
export type FieldKind =
  | 'address'
  | 'text'
  | 'port'
  | 'protocol'
  | 'number'
  | 'count'
  | 'time'
  | 'action'
  | 'status';

export interface Field {
  /** As AWS writes it in headers and `--format`, with hyphens. */
  readonly name: string;
  /** Flow log version that introduced it; 6 is Transit Gateway. */
  readonly version: number;
  readonly kind: FieldKind;
  readonly doc: string;
}

const field = (name: string, version: number, kind: FieldKind, doc: string): Field => ({
  name,
  version,
  kind,
  doc,
});

/**
 * Every field of VPC flow logs (versions 2 to 5 and 7 to 11) and of Transit Gateway flow logs (6), once.
 * Headers, column types, the checks of a record and the reference of columns all come from here.
 * Source: "Flow log records" in the Amazon VPC User Guide and in the Transit Gateway guide.
 */
export const fields: readonly Field[] = [
  field('version', 2, 'number', 'Flow log version: the highest among the chosen fields.'),
  field('account-id', 2, 'text', 'Account that owns the interface; `unknown` for interfaces AWS made.'),
  field('interface-id', 2, 'text', 'Network interface that saw the traffic.'),
  field('srcaddr', 2, 'address', 'Source address; at the interface, its primary private address.'),
  field('dstaddr', 2, 'address', 'Destination address; at the interface, its primary private address.'),
  field('srcport', 2, 'port', 'Source port; 0 for ICMP.'),
  field('dstport', 2, 'port', 'Destination port; 0 for ICMP.'),
  field('protocol', 2, 'protocol', 'IANA protocol number: 6 TCP, 17 UDP, 1 ICMP.'),
  field('packets', 2, 'count', 'Packets in the window.'),
  field('bytes', 2, 'count', 'Bytes in the window, headers included.'),
  field('start', 2, 'time', 'Unix seconds of the first packet in the window.'),
  field('end', 2, 'time', 'Unix seconds of the last packet in the window.'),
  field('action', 2, 'action', 'ACCEPT or REJECT by security groups and network ACLs.'),
  field('log-status', 2, 'status', 'OK, NODATA (nothing was seen) or SKIPDATA (AWS lost records).'),
  field('vpc-id', 3, 'text', 'VPC of the interface.'),
  field('subnet-id', 3, 'text', 'Subnet of the interface.'),
  field('instance-id', 3, 'text', 'Instance of the interface.'),
  field('tcp-flags', 3, 'number', 'TCP flags, OR-ed over the window: FIN 1, SYN 2, RST 4, SYN-ACK 18.'),
  field('type', 3, 'text', 'IPv4, IPv6 or EFA.'),
  field('pkt-srcaddr', 3, 'text', 'Source address of the packet itself, behind NAT or a transit gateway.'),
  field(
    'pkt-dstaddr',
    3,
    'text',
    'Destination address of the packet itself, behind NAT or a transit gateway.',
  ),
  field('region', 4, 'text', 'AWS region; from the path where the record has none.'),
  field('az-id', 4, 'text', 'Availability zone.'),
  field('sublocation-type', 4, 'text', 'wavelength, outpost or localzone.'),
  field('sublocation-id', 4, 'text', 'Id of the sublocation.'),
  field(
    'pkt-src-aws-service',
    5,
    'text',
    'AWS address range of pkt-srcaddr. EC2 is rented by attackers too.',
  ),
  field(
    'pkt-dst-aws-service',
    5,
    'text',
    'AWS address range of pkt-dstaddr. EC2 is rented by attackers too.',
  ),
  field('flow-direction', 5, 'text', 'ingress or egress at the interface.'),
  field('traffic-path', 5, 'number', 'How egress traffic leaves: 1 same VPC, 2 or 8 Internet gateway, ...'),
  field('resource-type', 6, 'text', 'TransitGateway.'),
  field('tgw-id', 6, 'text', 'Transit gateway.'),
  field('tgw-attachment-id', 6, 'text', 'Attachment of the transit gateway.'),
  field('tgw-src-vpc-account-id', 6, 'text', 'Account of the source VPC.'),
  field('tgw-dst-vpc-account-id', 6, 'text', 'Account of the destination VPC.'),
  field('tgw-src-vpc-id', 6, 'text', 'Source VPC.'),
  field('tgw-dst-vpc-id', 6, 'text', 'Destination VPC.'),
  field('tgw-src-subnet-id', 6, 'text', 'Source subnet.'),
  field('tgw-dst-subnet-id', 6, 'text', 'Destination subnet.'),
  field('tgw-src-eni', 6, 'text', 'Source attachment interface.'),
  field('tgw-dst-eni', 6, 'text', 'Destination attachment interface.'),
  field('tgw-src-az-id', 6, 'text', 'Availability zone of the source.'),
  field('tgw-dst-az-id', 6, 'text', 'Availability zone of the destination.'),
  field('tgw-pair-attachment-id', 6, 'text', 'The other attachment of the flow.'),
  field('packets-lost-no-route', 6, 'count', 'Packets lost: no route.'),
  field('packets-lost-blackhole', 6, 'count', 'Packets lost: black hole.'),
  field('packets-lost-mtu-exceeded', 6, 'count', 'Packets lost: larger than the MTU.'),
  field('packets-lost-ttl-expired', 6, 'count', 'Packets lost: time to live expired.'),
  field('ecs-cluster-arn', 7, 'text', 'ECS cluster.'),
  field('ecs-cluster-name', 7, 'text', 'Name of the ECS cluster.'),
  field('ecs-container-instance-arn', 7, 'text', 'ECS container instance.'),
  field('ecs-container-instance-id', 7, 'text', 'Id of the ECS container instance.'),
  field('ecs-container-id', 7, 'text', 'Docker runtime id of the first container.'),
  field('ecs-second-container-id', 7, 'text', 'Docker runtime id of the second container.'),
  field('ecs-service-name', 7, 'text', 'ECS service.'),
  field('ecs-task-definition-arn', 7, 'text', 'ECS task definition.'),
  field('ecs-task-arn', 7, 'text', 'ECS task.'),
  field('ecs-task-id', 7, 'text', 'Id of the ECS task.'),
  field('reject-reason', 8, 'text', 'BPA (public access block) or EC (encryption controls).'),
  field('resource-id', 9, 'text', 'Resource where there is no interface, as a regional NAT gateway.'),
  field('encryption-status', 10, 'number', '0 clear, 1 Nitro, 2 application, 3 both.'),
  field('instance-tag', 11, 'text', 'Value of the chosen instance tag, percent-encoded.'),
  field('instance-tag-2', 11, 'text', 'Value of the second chosen instance tag, percent-encoded.'),
  field('interface-tag', 11, 'text', 'Value of the chosen interface tag, percent-encoded.'),
  field('interface-tag-2', 11, 'text', 'Value of the second chosen interface tag, percent-encoded.'),
  field('asg-tag', 11, 'text', 'Value of the chosen Auto Scaling group tag, percent-encoded.'),
  field('asg-tag-2', 11, 'text', 'Value of the second chosen Auto Scaling group tag, percent-encoded.'),
  field('interface-type', 11, 'text', 'nat_gateway, network_load_balancer, vpc_endpoint, ...'),
  field(
    'next-hop-interface-id',
    11,
    'text',
    'Receiving interface for egress, sending interface for ingress.',
  ),
  field('next-hop-subnet-id', 11, 'text', 'Subnet of the next hop.'),
  field('next-hop-az-id', 11, 'text', 'Availability zone of the next hop.'),
  field('next-hop-vpc-id', 11, 'text', 'VPC of the next hop.'),
  field('next-hop-interface-type', 11, 'text', 'Interface type of the next hop.'),
];

/** The default format of AWS: the 14 fields of version 2, in this order. */
export const defaultFormat: readonly string[] = fields
  .filter((each) => each.version === 2)
  .map((each) => each.name);

/** The column that holds a field: `account-id` and `account_id` are `account_id`. It has no blanks. */
export function columnOf(name: string): string {
  return name.toLowerCase().replaceAll(/[-\s\p{Cc}]/gu, '_');
}

const byColumn = new Map(fields.map((each) => [columnOf(each.name), each]));

/** The field that a header name, with hyphens or underscores, stands for; undefined when AWS has none. */
export function fieldNamed(name: string): Field | undefined {
  return byColumn.get(columnOf(name));
}

/** DuckDB and Parquet type of a field's column. Signed only: not every reader knows unsigned Parquet types. */
export function columnType(kind: FieldKind): 'VARCHAR' | 'INTEGER' | 'BIGINT' {
  switch (kind) {
    case 'port':
    case 'protocol':
    case 'number':
      return 'INTEGER';
    case 'count':
    case 'time':
      return 'BIGINT';
    default:
      return 'VARCHAR';
  }
}

/** The narrowest type of DuckDB that holds what a field may be: a number that does not fit is no record. */
export function readType(kind: FieldKind): string {
  switch (kind) {
    case 'port':
      return 'USMALLINT';
    case 'protocol':
      return 'UTINYINT';
    default:
      return columnType(kind);
  }
}
