/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.systemtests.conformance;

import jakarta.jms.JMSException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/**
 * A provider in memory, new for each test.
 *
 * <p>Not thread safe.
 */
abstract class ProviderTestCase {

    Provider provider;

    @BeforeEach
    void openProvider() throws JMSException {
        provider = Provider.inMemory();
    }

    @AfterEach
    void closeProvider() throws JMSException {
        provider.close();
    }
}
