/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.jms;

import io.peeklock.broker.Namespace;
import io.peeklock.broker.OpenedNamespace;
import io.peeklock.broker.namespace.LocalNamespace;
import io.peeklock.jms.config.ConnectionFactorySettings;
import io.peeklock.journal.JournalException;
import io.peeklock.journal.memory.SimulatedJournalStore;
import jakarta.jms.JMSException;

/**
 * A broker on a disk that a test simulates, under a name of its own.
 *
 * <p>As {@link BrokerAddress}.
 */
record SimulatedAddress(String name, ConnectionFactorySettings settings, SimulatedJournalStore disk)
        implements BrokerAddress {

    @Override
    public String key() {
        return name;
    }

    @Override
    public String shortName() {
        return name;
    }

    @Override
    public OpenedNamespace open() throws JMSException {
        try {
            return LocalNamespace.open(disk, settings.namespace());
        } catch (JournalException e) {
            throw JmsExceptions.of(e);
        }
    }

    @Override
    public void requireCompatible(BrokerAddress opened, Namespace namespace) {}
}
