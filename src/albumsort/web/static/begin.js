// The page without a server.

begin();
