"""Prints what the oracle's own functions read, one capture after another.

usage: oracle_frames.py ORACLE <LIST       (LIST: one file name per line)

file NAME / frame NS LINKTYPE LENGTH ENDIAN CRC32 CAPTURED / note COUNT NAME / error TEXT
"""
import collections
import importlib.machinery
import importlib.util
import sys
import zlib

loader = importlib.machinery.SourceFileLoader('oracle', sys.argv[1])
spec = importlib.util.spec_from_loader('oracle', loader)
oracle = importlib.util.module_from_spec(spec)
sys.dont_write_bytecode = True
loader.exec_module(oracle)


def read(path):
    print('file', path)
    notes = collections.Counter()
    data, err = oracle.slurp(path)
    last = None
    try:
        for ts, lt, off, cap, wire, en in oracle.packets(data, notes):
            print('frame', ts, lt, wire, en, zlib.crc32(data[off:off + cap]), cap)
            if last is not None and ts < last:
                notes['packets older than the one before'] += 1
            last = ts
            if cap < wire:
                notes['packets cut by the snap length'] += 1
            elif cap > wire:
                notes['packets captured longer than on the wire'] += 1
    except oracle.FileError as x:
        print('error', x)
    if err:
        print('error', err)
    for name, count in sorted(notes.items()):
        print('note', count, name)


for line in sys.stdin:
    read(line.rstrip('\n'))
