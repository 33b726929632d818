/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.ra.outbound;

import jakarta.resource.spi.ManagedConnectionMetaData;

/**
 * What a server shows of a managed connection.
 *
 * <p>Immutable, thread safe.
 *
 * @param userName empty for nobody
 */
record ConnectionMetaData(String userName) implements ManagedConnectionMetaData {

    @Override
    public String getEISProductName() {
        return "Peeklock";
    }

    @Override
    public String getEISProductVersion() {
        String ofJar = ConnectionMetaData.class.getPackage().getImplementationVersion();
        return ofJar == null ? "0.0 (not from a jar)" : ofJar;
    }

    /** 0: as many as there is memory for. */
    @Override
    public int getMaxConnections() {
        return 0;
    }

    @Override
    public String getUserName() {
        return userName;
    }
}
