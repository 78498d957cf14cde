"""Funnel and top 1000 as somebody would write them for the tool that is at hand; see README.md.

Usage: others.py polars|duckdb|chdb FOLDER
Prints one JSON document with the counts. Nothing is checked, labelled, left out or kept.
"""
import glob
import json
import os
import sys

tool, folder = sys.argv[1:]
files = sorted(glob.glob(os.path.join(glob.escape(folder), '**', '*.log.gz'), recursive=True))
keys = ['account_id', 'interface_id', 'srcaddr', 'dstaddr', 'dstport', 'protocol', 'action']
names = ['version', 'account_id', 'interface_id', 'srcaddr', 'dstaddr', 'srcport', 'dstport', 'protocol', 'packets',
         'bytes', 'start', 'end', 'action', 'log_status']
texts = {'account_id', 'interface_id', 'srcaddr', 'dstaddr', 'action', 'log_status'}
# What Python's is_private says, as one pattern over the text.
private = (r'^(?:0\.|10\.|127\.|169\.254\.|172\.(?:1[6-9]|2\d|3[01])\.|192\.168\.|192\.0\.0\.|192\.0\.2\.|198\.1[89]\.'
           r'|198\.51\.100\.|203\.0\.113\.|2[4-5]\d\.|f[cd]|fe[89ab]|::1?$|2001:db8:)')


def polars():
    import polars as pl
    schema = {name: pl.String if name in texts else pl.Int64 for name in names}
    flows = pl.scan_csv(files, separator=' ', null_values='-', schema=schema, has_header=False, skip_rows=1,
                        quote_char=None)
    accepted = flows.filter(pl.col('action') == 'ACCEPT')
    inside = accepted.with_columns(
        src=pl.col('srcaddr').str.contains(private), dst=pl.col('dstaddr').str.contains(private))
    ns = inside.filter(~(pl.col('src') & pl.col('dst')))
    noise = ((pl.col('dstport') == 123) & (pl.col('protocol') == 17) & (pl.col('packets') == 1)
             & (pl.col('bytes') == 76))
    out = ns.filter(~noise & ~pl.col('dst'))
    top = out.group_by(keys).agg(flows=pl.len()).sort('flows', *keys, descending=[True] + [False] * 7).head(1000)
    counts = [flows.select(pl.len()), accepted.select(pl.len()), ns.select(pl.len()), out.select(pl.len())]
    *found, rows = pl.collect_all([*counts, top], engine='streaming')
    return [one.item() for one in found], len(rows)


def duckdb():
    import duckdb as db
    columns = {name: 'VARCHAR' if name in texts else 'BIGINT' for name in names}
    listed = ', '.join(keys)
    db.execute(f"""CREATE TEMP TABLE out AS
        SELECT {listed}, is_ns, is_out, sum(n) AS n FROM (
          SELECT {listed}, action = 'ACCEPT' AND NOT (src AND dst) AS is_ns,
            action = 'ACCEPT' AND NOT dst AND NOT (dstport = 123 AND protocol = 17 AND packets = 1 AND bytes = 76) AS is_out,
            1 AS n
          FROM (SELECT *, regexp_matches(srcaddr, ?) AS src, regexp_matches(dstaddr, ?) AS dst
            FROM read_csv(?, columns = {columns}, delim = ' ', header = true, nullstr = '-', quote = '', escape = '',
              auto_detect = false))) GROUP BY ALL""", [private, private, files])
    counts = db.execute("""SELECT sum(n), sum(n) FILTER (action = 'ACCEPT'), sum(n) FILTER (is_ns), sum(n) FILTER (is_out)
        FROM out""").fetchone()
    rows = db.execute(f"""SELECT {listed}, sum(n) AS flows FROM out WHERE is_out GROUP BY {listed}
        ORDER BY flows DESC, {listed} LIMIT 1000""").fetchall()
    return [int(count or 0) for count in counts], len(rows)


def chdb():
    from chdb import session
    db = session.Session()
    structure = ', '.join(f"{name} Nullable({'String' if name in texts else 'Int64'})" for name in names)
    pattern = private.replace('\\', '\\\\').replace("'", "\\'")
    listed = ', '.join(keys)
    db.query(f"""CREATE TABLE out ENGINE = Memory AS
        SELECT {listed}, action = 'ACCEPT' AND NOT (src AND dst) AS is_ns,
          action = 'ACCEPT' AND NOT dst AND NOT (dstport = 123 AND protocol = 17 AND packets = 1 AND bytes = 76) AS is_out,
          count() AS n
        FROM (SELECT *, match(srcaddr, '{pattern}') AS src, match(dstaddr, '{pattern}') AS dst
          FROM file('{folder}/**/*.log.gz', 'CustomSeparatedWithNames', '{structure}'))
        GROUP BY {listed}, is_ns, is_out
        SETTINGS format_custom_field_delimiter = ' ', format_custom_escaping_rule = 'CSV',
          format_csv_null_representation = '-', input_format_with_names_use_header = 0""")
    counts = db.query("""SELECT sum(n), sumIf(n, action = 'ACCEPT'), sumIf(n, is_ns), sumIf(n, is_out) FROM out""", 'CSV')
    rows = db.query(f"""SELECT {listed}, sum(n) AS flows FROM out WHERE is_out GROUP BY {listed}
        ORDER BY flows DESC, {listed} LIMIT 1000""", 'CSV')
    return [int(count) for count in str(counts).strip().split(',')], len(str(rows).strip().split('\n'))


counts, rows = {'polars': polars, 'duckdb': duckdb, 'chdb': chdb}[tool]()
print(json.dumps(dict(zip(['records', 'accepted', 'northSouth', 'toInternet'], counts), rows=rows)))
