"""How the parts are put together to run: settings, addresses, jobs, supervisor. Holds no rule of the product."""
