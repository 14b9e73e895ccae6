// Belongs to the headers that all tests read once (CMakeLists.txt); there is nothing in it.
