/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.systemtests.conformance;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;

/**
 * A test that is left out of the run through Spring's CachingConnectionFactory, since what it shows is not what that does.
 *
 * <p>Immutable. The reasons are from the sources of spring-jms 7.0.9.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@Tag("not-cached")
@interface NotCached {

    String KEEPS_WHAT_IT_HOLDS =
            "CachedSessionInvocationHandler.logicalClose() rolls back a transacted session but does not recover another: that"
                    + " one stays open in the cache with what it has received";

    String KEEPS_ITS_CONSUMERS =
            "CachedSessionInvocationHandler.logicalClose() closes no consumer that the application has not closed";

    String CLOSES_NOTHING =
            "CachedSessionInvocationHandler.logicalClose() keeps the session, and its producers, open in the cache";

    String HAS_ONE_CONNECTION =
            "SingleConnectionFactory gives the same connection to all, whose close() only stops it if nobody else has started it";

    String SETS_NO_CLIENT_ID = "SingleConnectionFactory's connections refuse setClientID()";

    String KNOWS_NO_DOMAINS = "SingleConnectionFactory gives the connection it has as queue and topic connections too";

    String WRAPS_SERVER_SESSIONS =
            "a ServerSession of a cached connection has a proxy for its session, and a provider can only load sessions of its own";

    /** One of the reasons. */
    String value();
}
