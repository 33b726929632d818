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
 * A test that is left out of the run through pooled-jms, since what it shows is not what that does.
 *
 * <p>Immutable. The reasons are from the sources of pooled-jms 3.2.3.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@Tag("not-pooled")
@interface NotPooled {

    String KEEPS_WHAT_IT_HOLDS =
            "JmsPoolSession.close() rolls back a transacted session but does not recover another: that one stays open in"
                    + " the pool with what it has received";

    String CLOSES_NOTHING = "JmsPoolSession.close() gives the session back, and its producers, still open, to the pool";

    String NEVER_STOPS = "JmsPoolConnection.stop() does nothing, since others use the connection too";

    String STAYS_CONNECTED =
            "JmsPoolConnection.close() gives the connection back, still open and with its client id, to the pool";

    String HAS_NO_RECEIVE_BODY = "JmsPoolJMSConsumer.receiveBody() only throws";

    String KEEPS_ITS_PROPERTIES =
            "JmsPoolJMSProducer keeps the properties and fills map messages itself: the names that it gives are a copy, and a"
                    + " value without a name is an IllegalArgumentException";

    String ACKNOWLEDGES_ANYWAY = "JmsPoolJMSContext.acknowledge() does not ask whether the context is closed";

    String KNOWS_NO_DOMAINS =
            "JmsPoolConnectionFactory lends what createConnection() made as queue and topic connections too";

    String WRAPS_SERVER_SESSIONS =
            "a ServerSession of a pooled connection has a JmsPoolSession, and a provider can only load sessions of its own";

    /** One of the reasons. */
    String value();
}
