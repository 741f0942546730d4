"""First run and further packs: the company, a pack with its roles and parameters, adoption, the data that come in."""
