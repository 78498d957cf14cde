"""The notebook's own steps in pandas, its code kept as it is as far as possible.

Usage: notebook_pandas.py FOLDER [LIMIT]
Prints one JSON document to stdout and the seconds of each step, as JSON lines, to stderr.
Deviations, each marked "changed": every file and .gz too; all rows with '-' are dropped
instead of one by its number; account-id stays text; newer pandas; frames
without rows (there the notebook fails, so astype(bool)).
"""
import glob
import ipaddress
import json
import os
import sys
import time

import pandas as pd

folder = sys.argv[1]
limit = int(sys.argv[2]) if len(sys.argv) > 2 else 1000
started = time.perf_counter()


def step(name):
    global started
    now = time.perf_counter()
    print(json.dumps({'step': name, 'seconds': round(now - started, 6)}), file=sys.stderr)
    started = now


file_pattern = os.path.join(glob.escape(folder), '**', '*')  # changed: not only *.log
files = sorted(f for f in glob.glob(file_pattern, recursive=True) if os.path.isfile(f))
df_list = []

for file in files:
    try:
        if os.path.getsize(file) > 0:
            # changed: delim_whitespace is gone in pandas 3; this is read by the same C code.
            # changed: as a number an account id would lose its leading zeros.
            df = pd.read_csv(file, sep=r'\s+', dtype={'account-id': str})
            df_list.append(df)
        else:
            print(f"Skipping empty file: {file}", file=sys.stderr)
    except Exception as e:
        print(f"Error reading {file}: {e}", file=sys.stderr)

if df_list:
    flows = pd.concat(df_list, ignore_index=True)
else:
    sys.exit("No data frames were read successfully.")
loaded = len(flows)
step('read')

# Convert the columns to string for searching, then check if any contain '-' character
invalid_rows = flows[
    flows['dstaddr'].astype(str).str.contains('-') |
    flows['srcaddr'].astype(str).str.contains('-') |
    flows['dstport'].astype(str).str.contains('-') |
    flows['protocol'].astype(str).str.contains('-') |
    flows['bytes'].astype(str).str.contains('-') |
    flows['packets'].astype(str).str.contains('-')
]
flows = flows.drop(index=invalid_rows.index)  # changed: the notebook names one row
flows.reset_index(drop=True, inplace=True)
step('drop invalid')

# Convert bytes and packets values to numeric, convert the timestamps to readable formats
flows['end'] = pd.to_datetime(flows['end'].astype('int64'), unit='s')  # changed: astype, for pandas 3
flows['start'] = pd.to_datetime(flows['start'].astype('int64'), unit='s')

flows['dstport'] = flows['dstport'].astype(int)
flows['bytes'] = flows['bytes'].astype(int)
flows['packets'] = flows['packets'].astype(int)
flows['protocol'] = flows['protocol'].astype(int)
step('convert')


def is_private_ip(ip):
    try:
        return ipaddress.ip_address(ip).is_private
    except ValueError:
        return False


ns = flows.copy()
ns = ns[ns['action'] == 'ACCEPT']
accepted = len(ns)
ns = ns[~(ns['srcaddr'].apply(is_private_ip).astype(bool) & ns['dstaddr'].apply(is_private_ip).astype(bool))]
step('north south')

filtered_ns = ns[
    ~(
        (ns['dstport'] == 123) &
        (ns['protocol'] == 17) &
        (ns['packets'] == 1) &
        (ns['bytes'] == 76)
    )
]
without_noise = len(filtered_ns)
step('noise')

filtered_ns = filtered_ns[~filtered_ns['dstaddr'].apply(is_private_ip).astype(bool)]
step('to internet')

top_combinations = filtered_ns.groupby(['account-id', 'interface-id', 'srcaddr', 'dstaddr', 'dstport', 'protocol', 'action']).size().reset_index(name='flow_count')
top_combinations = top_combinations.sort_values(by='flow_count', ascending=False).head(limit)
top_combinations.reset_index(drop=True, inplace=True)
step('top')

print(json.dumps({
    'loaded': loaded,
    'flows': len(flows),
    'accepted': accepted,
    'ns': len(ns),
    'noise': len(ns) - without_noise,
    'filtered_ns': without_noise,
    'toInternet': len(filtered_ns),
    'top': [
        {
            'accountId': str(row[0]), 'interfaceId': str(row[1]), 'srcAddr': str(row[2]), 'dstAddr': str(row[3]),
            'dstPort': int(row[4]), 'protocol': int(row[5]), 'action': str(row[6]), 'flows': int(row[7]),
        }
        for row in top_combinations.itertuples(index=False, name=None)
    ],
}))
