/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.systemtests.conformance;

import jakarta.jms.JMSException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.Timeout.ThreadMode;

/**
 * A provider in memory, new for each test, which has as much time as two calls that wait in vain.
 *
 * <p>Not thread safe.
 */
@Tag("wrapped")
@Timeout(value = ProviderTestCase.MOST_MS, unit = TimeUnit.MILLISECONDS, threadMode = ThreadMode.SEPARATE_THREAD)
abstract class ProviderTestCase {

    static final long MOST_MS = 2 * Provider.LONG_MS;

    Provider provider;

    @BeforeEach
    @Timeout(value = MOST_MS, unit = TimeUnit.MILLISECONDS, threadMode = ThreadMode.SEPARATE_THREAD)
    void openProvider() throws JMSException {
        provider = Provider.inMemory();
    }

    @AfterEach
    @Timeout(value = MOST_MS, unit = TimeUnit.MILLISECONDS, threadMode = ThreadMode.SEPARATE_THREAD)
    void closeProvider() throws JMSException {
        provider.close();
    }
}
