/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import io.peeklock.jms.message.PropertyNames;
import jakarta.jms.ConnectionMetaData;
import java.util.Collections;
import java.util.Enumeration;

/**
 * Says which provider this is, in which version, and which JMSX properties it knows.
 *
 * <p>Immutable, thread safe.
 */
final class PeeklockConnectionMetaData implements ConnectionMetaData {

    static final PeeklockConnectionMetaData INSTANCE = new PeeklockConnectionMetaData();

    private static final int UNKNOWN = 0;

    private final String version;

    private PeeklockConnectionMetaData() {
        String ofJar = PeeklockConnectionMetaData.class.getPackage().getImplementationVersion();
        version = ofJar == null ? "0.0 (not from a jar)" : ofJar;
    }

    @Override
    public String getJMSVersion() {
        return "3.1";
    }

    @Override
    public int getJMSMajorVersion() {
        return 3;
    }

    @Override
    public int getJMSMinorVersion() {
        return 1;
    }

    @Override
    public String getJMSProviderName() {
        return "Peeklock";
    }

    @Override
    public String getProviderVersion() {
        return version;
    }

    @Override
    public int getProviderMajorVersion() {
        return part(0);
    }

    @Override
    public int getProviderMinorVersion() {
        return part(1);
    }

    @Override
    public Enumeration<String> getJMSXPropertyNames() {
        return Collections.enumeration(PropertyNames.SUPPORTED_JMSX);
    }

    private int part(int index) {
        String[] parts = version.split("[^0-9]+", -1);
        return index < parts.length && !parts[index].isEmpty() ? Integer.parseInt(parts[index]) : UNKNOWN;
    }
}
