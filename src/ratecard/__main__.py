"""`python -m ratecard` is the command line."""

from ratecard.cli import main

if __name__ == "__main__":
    main()
