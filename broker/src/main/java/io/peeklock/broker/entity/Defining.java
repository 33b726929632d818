/*
 * Copyright the Peeklock authors.
 * SPDX-License-Identifier: Apache-2.0
 */
package io.peeklock.broker.entity;

import io.peeklock.broker.error.BrokerException;
import io.peeklock.broker.error.ErrorCode;

/**
 * What an entity's definition is to be, by the description somebody gave of it (rule W4).
 *
 * <p>Stateless, thread safe; a new entity is looked at within the set it goes into.
 */
final class Defining {

    private Defining() {}

    /**
     * The first definition of a new entity.
     *
     * @throws BrokerException EntityNotFound if it is a subscription without topic, InvalidOperation if its topic is
     *     temporary and it is not
     */
    static EntityDefinition define(long id, EntityDescription description, DefinitionSet current) {
        if (description instanceof QueueDescription queue) {
            return new EntityDefinition(id, 1, queue);
        }
        if (description instanceof TopicDescription topic) {
            return new EntityDefinition(id, 1, topic);
        }
        SubscriptionDescription subscription = (SubscriptionDescription) description;
        EntityDefinition topic = current.require(EntityPath.topic(subscription.topic()));
        if (topic.temporary() && !subscription.temporary()) {
            throw new BrokerException(
                    ErrorCode.InvalidOperation,
                    topic.title() + " is temporary: a subscription that is not cannot be made of it");
        }
        SubscriptionDescription named =
                subscription.toBuilder().topic(topic.path().name()).build();
        return new EntityDefinition(id, 1, named, topic);
    }

    /**
     * What an entity becomes: its names stay as they are written.
     *
     * @throws BrokerException InvalidOperation for what is fixed at creation
     */
    static EntityDescription changed(EntityDefinition before, EntityDescription description) {
        if (description instanceof QueueDescription queue) {
            before.queue().checkChangeTo(queue);
            return queue.toBuilder().name(before.queue().name()).build();
        }
        if (description instanceof TopicDescription topic) {
            before.topic().checkChangeTo(topic);
            return topic.toBuilder().name(before.topic().name()).build();
        }
        SubscriptionDescription subscription = (SubscriptionDescription) description;
        SubscriptionDescription old = before.subscription();
        old.checkChangeTo(subscription);
        return subscription.toBuilder()
                .topic(old.topic())
                .name(old.name())
                .options(subscription.options().toBuilder()
                        .defaultRule(old.options().defaultRule())
                        .build())
                .build();
    }
}
