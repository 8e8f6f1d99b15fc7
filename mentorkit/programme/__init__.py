"""Programme, run, organisation, person and application: the records everything else works on."""
