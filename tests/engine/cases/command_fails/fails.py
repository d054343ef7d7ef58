import sys

for line in range(1, 100):
    sys.stdout.write(f"line {line}\n")
raise SystemExit("no table of orders")
